import {
  Background,
  BackgroundVariant,
  type Connection,
  type Edge as FlowEdge,
  MiniMap,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { type DragEvent, type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import { type Drawing, groupOfItem, moveEdit } from "../model/drawing";
import { connectionOf } from "../model/graph";
import type { ItemCount } from "../model/items";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import type { BlockFacts } from "../model/look";
import { edgeAt } from "../model/steps";
import { IconButton } from "../ui/Button";
import type { GroupView, PipelineView, Point } from "../wire/schemas";
import { type GraphActs, LIBRARY_BLOCK } from "./acts";
import { BlockNode } from "./BlockNode";
import { EdgeLayer } from "./EdgeLayer";
import { FrameNode, GroupNode } from "./GroupNodes";
import { edgeId, flowEdges, type GraphNode, type NodeCache, nodesOf, type Search, type Shown } from "./nodes";
import { useMoved } from "./useMoved";
import { useView } from "./useView";
import "@xyflow/react/dist/base.css";
import "./graph.css";

interface PipelineGraphProps {
  readonly view: PipelineView;
  readonly drawing: Drawing;
  /** Where its nodes stand; null while they are laid out. */
  readonly places: ReadonlyMap<string, Point> | null;
  readonly facts: ReadonlyMap<string, BlockFacts>;
  readonly items: ReadonlyMap<string, ItemCount>;
  readonly chosen: ReadonlySet<string>;
  readonly search: Search;
  readonly acts: GraphActs & GroupActs;
}

export interface GroupActs {
  readonly toggle: (group: GroupView) => void;
  readonly rename: (group: GroupView) => void;
}

const NODE_TYPES = { block: BlockNode, group: GroupNode, frame: FrameNode };
/** More nodes than this are drawn plainly once so many are in view. */
const MANY = 120;
const PLAIN_ZOOM = 0.5;
const DROP_WITHIN = 28;
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };
const OVERVIEW = { width: 132, height: 92 };

/** The pipeline as a graph, laid out by itself around what people put somewhere. */
export function PipelineGraph({ places, ...props }: PipelineGraphProps) {
  if (places === null) {
    return (
      <p className="flow-wait" role="status" aria-busy="true">
        Laying out {props.view.blocks.length} blocks…
      </p>
    );
  }
  return (
    <ReactFlowProvider>
      <Flow {...props} places={places} />
    </ReactFlowProvider>
  );
}

type FlowProps = PipelineGraphProps & { readonly places: ReadonlyMap<string, Point> };

function Flow({ view, drawing, places, facts, items, chosen, search, acts }: FlowProps) {
  const flow = useReactFlow<GraphNode>();
  const [pickedEdge, setPickedEdge] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [cache] = useState<NodeCache>(() => new Map());
  const isFar = useStore((state) => state.transform[2] < PLAIN_ZOOM);
  const isPlain = isFar && drawing.items.length > MANY;
  const { shownPlaces, move, settle, forget } = useMoved(places, drawing);
  const primary = [...chosen].at(-1) ?? null;
  const shown: Shown = {
    blocks: view.blocks, drawing, places: shownPlaces, facts, items, chosen, search, isPlain,
    reached: primary !== null && shownPlaces.has(primary) ? primary : (drawing.items[0]?.id ?? null),
    onToggle: acts.toggle,
    onRename: acts.rename,
  };
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `shown` is made of these
  const nodes = useMemo(() => nodesOf(shown, cache), [view.blocks, drawing, shownPlaces, facts, items, chosen, search, isPlain, cache]);
  const edges = useMemo(
    () => (isPlain ? [] : flowEdges(shown, primary, pickedEdge)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `shown` is made of these
    [drawing, facts, places, primary, pickedEdge, isPlain],
  );
  const fit = useView({ flow, places, drawing, target: search.current ?? primary });

  const allow = ({ source, target }: Connection | FlowEdge) => {
    const found = connectionOf(view.blocks, source, target);
    setRefusal(found === "cycle" ? `${source} already needs ${target}: that would be a cycle` : null);
    return found === "possible";
  };
  const change = (changes: readonly NodeChange<GraphNode>[]) => {
    const picked = changes.flatMap((one) => (one.type === "select" ? [one] : []));
    if (picked.length > 0) {
      const next = new Set(chosen);
      for (const { id, selected } of picked) if (selected) next.add(id); else next.delete(id);
      acts.choose(next);
    }
    move(changes);
  };
  const drop = () => {
    const moved = settle();
    const edit = moveEdit(view.groups, moved);
    if (edit !== null) void acts.edit(edit).then((isDone) => (isDone ? undefined : forget()));
  };
  const press = (event: KeyboardEvent) => {
    const { item, edge } = whereOf(event.target, pickedEdge, drawing);
    const isMeant = acts.press({ key: event.key, shift: event.shiftKey, command: event.ctrlKey || event.metaKey, alt: event.altKey, item, edge });
    if (!isMeant) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Delete" || event.key === "Backspace") setPickedEdge(null);
  };
  const dropped = (event: DragEvent) => {
    const choice = event.dataTransfer.getData(LIBRARY_BLOCK);
    if (choice === "") return;
    event.preventDefault();
    setPickedEdge(null);
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    acts.drop({
      choice,
      into: edgeAt(view.blocks, shownPlaces, SIZE, { point, within: DROP_WITHIN }),
      at: { x: Math.round(point.x - NODE_WIDTH / 2), y: Math.round(point.y - NODE_HEIGHT / 2) },
    });
  };
  const hover = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(LIBRARY_BLOCK)) return;
    event.preventDefault();
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const over = edgeAt(view.blocks, shownPlaces, SIZE, { point, within: DROP_WITHIN });
    setPickedEdge(over === null ? null : edgeId(over.upstream, over.downstream));
  };
  return (
    <div className="flow-room" onKeyDown={press} onDragOver={hover} onDrop={dropped}>
      <ReactFlow<GraphNode>
        className={isPlain ? "flow is-plain" : "flow"}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onNodesChange={change}
        onNodeClick={(event, node) => clicked(event, node, acts)}
        onNodeDragStop={drop}
        onSelectionDragStop={drop}
        onPaneClick={() => setPickedEdge(null)}
        onEdgeClick={(_, edge) => setPickedEdge(edge.id)}
        onConnect={({ source, target }) => void acts.edit({ op: "connect", upstream: source, downstream: target })}
        onConnectEnd={() => setRefusal(null)}
        isValidConnection={allow}
        deleteKeyCode={null}
        disableKeyboardA11y
        nodeDragThreshold={4}
        connectionRadius={28}
        minZoom={0.05}
        maxZoom={1.5}
        onlyRenderVisibleElements={drawing.items.length > 100}
        aria-label="Graph of the pipeline"
        ariaLabelConfig={{ "minimap.ariaLabel": "Overview of the graph" }}
      >
        {isPlain ? <EdgeLayer items={drawing.items} places={shownPlaces} /> : null}
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <MiniMap<GraphNode> pannable zoomable nodeClassName={miniName} nodeBorderRadius={12} className="minimap" style={OVERVIEW} />
        <Panel position="bottom-left" className="flow-tools">
          <IconButton name="Zoom in" icon="plus" onClick={() => void flow.zoomIn()} />
          <IconButton name="Zoom out" icon="minus" onClick={() => void flow.zoomOut()} />
          <IconButton name="Fit the graph" icon="fit" title="Fit the graph (0)" onClick={fit} />
        </Panel>
        {refusal === null ? null : (
          <Panel position="top-center" className="flow-refusal">
            <span role="status">{refusal}</span>
          </Panel>
        )}
      </ReactFlow>
    </div>
  );
}

function miniName(node: GraphNode): string {
  return node.type === "block" ? `mini-${node.data.block.kind}` : `mini-${node.type}`;
}

function clicked(event: MouseEvent, node: GraphNode, acts: GraphActs): void {
  if (node.type === "block" && !event.shiftKey && !event.ctrlKey && !event.metaKey) acts.select(node.id);
}

/** Upon which item or edge a key was pressed: the focused one, else the edge that was clicked on. */
function whereOf(target: EventTarget, picked: string | null, drawing: Drawing) {
  const element = target instanceof Element ? target : null;
  const item = element?.closest<HTMLElement>(".react-flow__node")?.dataset["id"] ?? null;
  const focusedEdge = element?.closest<HTMLElement>(".react-flow__edge")?.dataset["id"] ?? null;
  const [upstream, downstream] = (focusedEdge ?? picked)?.split("→") ?? [];
  const isThere = drawing.items.some(({ id, upstream: ups }) => id === downstream && upstream !== undefined && ups.includes(upstream));
  const isOfBlocks = upstream !== undefined && downstream !== undefined && groupOfItem(upstream) === null && groupOfItem(downstream) === null;
  return { item, edge: isThere && isOfBlocks ? { upstream, downstream } : null };
}
