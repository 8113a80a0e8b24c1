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
} from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { connectionOf, edgesOf, withAncestors } from "../model/graph";
import { placed, NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import { type BlockFacts, headline, isAtWork } from "../model/look";
import { IconButton } from "../ui/Button";
import type { BlockView } from "../wire/schemas";
import { BlockNode, type BlockNodeType } from "./BlockNode";
import "@xyflow/react/dist/base.css";
import "./graph.css";

interface PipelineGraphProps {
  readonly blocks: readonly BlockView[];
  readonly facts: ReadonlyMap<string, BlockFacts>;
  readonly selected: string | null;
  readonly onSelect: (block: string | null) => void;
  readonly onConnect: (upstream: string, downstream: string) => void;
  readonly onDisconnect: (upstream: string, downstream: string) => void;
  readonly search: string;
}

const NODE_TYPES = { block: BlockNode };
/** The overview and the buttons at the bottom are to cover no block. */
const FIT = { padding: { top: 0.06, x: 0.06, bottom: "104px" }, minZoom: 0.5, maxZoom: 1 } as const;

/** The pipeline as a graph, laid out by itself. */
export function PipelineGraph(props: PipelineGraphProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ blocks, facts, selected, onSelect, onConnect, onDisconnect, search }: PipelineGraphProps) {
  const flow = useReactFlow();
  const [pickedEdge, setPickedEdge] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const wiring = JSON.stringify(blocks.map((block) => [block.id, block.upstream]));
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the places change with the wiring alone, not with every status
  const places = useMemo(() => placed(blocks), [wiring]);
  const nodes = useMemo(() => nodesOf(blocks, facts, places, selected, search), [blocks, facts, places, selected, search]);
  const edges = useMemo(() => flowEdges(blocks, facts, selected, pickedEdge), [blocks, facts, selected, pickedEdge]);

  useEffect(() => {
    const timer = setTimeout(() => void flow.fitView(FIT), 30);
    return () => clearTimeout(timer);
  }, [flow, wiring]);
  useEffect(() => {
    const place = selected === null ? undefined : places.get(selected);
    if (place !== undefined) reveal(flow, place);
  }, [flow, places, selected]);

  const verdict = (connection: Connection | FlowEdge) => connectionOf(blocks, connection.source, connection.target);
  const allow = (connection: Connection | FlowEdge) => {
    const found = verdict(connection);
    setRefusal(found === "cycle" ? `${connection.source} already needs ${connection.target}: that would be a cycle` : null);
    return found === "possible";
  };
  const select = (changes: readonly NodeChange<BlockNodeType>[]) => {
    const found = changes.find((change) => change.type === "select" && change.selected);
    if (found?.type === "select") onSelect(found.id);
  };
  return (
    <ReactFlow<BlockNodeType>
      className="flow"
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={select}
      onNodeClick={(_, node) => onSelect(node.id)}
      onPaneClick={() => setPickedEdge(null)}
      onEdgeClick={(_, edge) => setPickedEdge(edge.id)}
      onEdgesChange={(changes) => {
        const picked = changes.find((change) => change.type === "select");
        if (picked?.type === "select") setPickedEdge(picked.selected ? picked.id : null);
      }}
      onConnect={(connection) => onConnect(connection.source, connection.target)}
      onConnectEnd={() => setRefusal(null)}
      isValidConnection={allow}
      onBeforeDelete={({ edges: gone }) => {
        for (const edge of gone) onDisconnect(edge.source, edge.target);
        return Promise.resolve(false);
      }}
      deleteKeyCode={["Delete", "Backspace"]}
      nodesDraggable={false}
      connectionRadius={28}
      minZoom={0.1}
      maxZoom={1.5}
      fitView
      fitViewOptions={FIT}
      onlyRenderVisibleElements={blocks.length > 100}
      aria-label="Graph of the pipeline"
      ariaLabelConfig={{ "minimap.ariaLabel": "Overview of the graph" }}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
      <MiniMap<BlockNodeType>
        pannable
        zoomable
        nodeClassName={(node) => `mini-${node.data.block.kind}`}
        nodeBorderRadius={12}
        className="minimap"
        style={{ width: 132, height: 92 }}
      />
      <Panel position="bottom-left" className="flow-tools">
        <IconButton name="Zoom in" icon="plus" onClick={() => void flow.zoomIn()} />
        <IconButton name="Zoom out" icon="minus" onClick={() => void flow.zoomOut()} />
        <IconButton name="Fit the graph" icon="fit" onClick={() => void flow.fitView(FIT)} />
      </Panel>
      {refusal === null ? null : (
        <Panel position="top-center" className="flow-refusal">
          <span role="status">{refusal}</span>
        </Panel>
      )}
    </ReactFlow>
  );
}

function nodesOf(
  blocks: readonly BlockView[],
  facts: ReadonlyMap<string, BlockFacts>,
  places: ReadonlyMap<string, { readonly x: number; readonly y: number }>,
  selected: string | null,
  search: string,
): BlockNodeType[] {
  const wanted = search.trim().toLowerCase();
  const read = new Set(blocks.flatMap((block) => block.upstream));
  return blocks.flatMap((block) => {
    const known = facts.get(block.id);
    if (known === undefined) return [];
    const isFound = `${block.id} ${block.title} ${block.file}`.toLowerCase().includes(wanted);
    return [
      {
        id: block.id,
        type: "block" as const,
        position: places.get(block.id) ?? { x: 0, y: 0 },
        selected: block.id === selected,
        ariaLabel: `Block ${block.id}, ${nodeWord(known)}`,
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        deletable: false,
        data: { block, facts: known, isDimmed: !isFound, isRead: read.has(block.id) },
      },
    ];
  });
}

/** A node's state in a word that stands still while the time runs. */
function nodeWord({ look }: BlockFacts): string {
  return look.status === "running" ? "Running" : headline(look, 0);
}

function flowEdges(
  blocks: readonly BlockView[],
  facts: ReadonlyMap<string, BlockFacts>,
  selected: string | null,
  picked: string | null,
): FlowEdge[] {
  const near = selected === null ? new Set<string>() : withAncestors(blocks, selected);
  return edgesOf(blocks).map(({ upstream, downstream }) => {
    const id = `${upstream}→${downstream}`;
    const look = facts.get(downstream)?.look;
    const isNear = near.has(upstream) && near.has(downstream);
    return {
      id,
      source: upstream,
      target: downstream,
      selected: id === picked,
      className: isNear ? "is-near" : "",
      animated: look !== undefined && isAtWork(look) && look.status === "running",
      ariaLabel: `${upstream} feeds ${downstream}`,
      interactionWidth: 16,
    };
  });
}

/** Pan so that a node is in view, if it is not. */
function reveal(flow: ReturnType<typeof useReactFlow>, place: { readonly x: number; readonly y: number }): void {
  const pane = document.querySelector(".flow")?.getBoundingClientRect();
  if (pane === undefined || pane.width === 0) return;
  const corner = flow.flowToScreenPosition(place);
  const end = flow.flowToScreenPosition({ x: place.x + NODE_WIDTH, y: place.y + NODE_HEIGHT });
  const isSeen = corner.x >= pane.left && corner.y >= pane.top && end.x <= pane.right && end.y <= pane.bottom;
  if (!isSeen) void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, { zoom: flow.getZoom(), duration: 200 });
}
