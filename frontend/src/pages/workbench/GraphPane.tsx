import { type ClipboardEvent, useMemo, useState } from "react";
import type { Drop, GraphActs, GraphKey } from "../../graph/acts";
import { focusEdgeOf, focusGraph, focusItem, focusSearch } from "../../graph/focus";
import { PipelineGraph } from "../../graph/PipelineGraph";
import { useLayout } from "../../graph/useLayout";
import { placeNear } from "../../model/around";
import { selectedAmong } from "../../model/choosing";
import { drawingOf, groupItem, groupOfItem } from "../../model/drawing";
import { freeName } from "../../model/edits";
import { addEdit, blocksOf, groupToFold, newGroup } from "../../model/graph_edits";
import { commandOf, type GraphCommand } from "../../model/graph_keys";
import type { Edge } from "../../model/graph";
import { graphSvg } from "../../model/graph_svg";
import { itemCounts } from "../../model/items";
import { NODE_HEIGHT, NODE_WIDTH } from "../../model/layout";
import { type Choice, choicesOf, editFor, nameOf } from "../../model/library";
import type { BlockFacts } from "../../model/look";
import { stepFrom } from "../../model/steps";
import { GraphCommands } from "../../state/graph_commands";
import { keys } from "../../state/queries";
import { saveAs } from "../../state/saving";
import { Button, IconButton } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { useStore } from "../../ui/useStore";
import type { GroupView, Library, PipelineStatus, PipelineView, Point } from "../../wire/schemas";
import { useBench } from "./bench";
import { ChangesSinceCommit } from "./ChangesSinceCommit";
import { EffectSwitch } from "./effects/EffectSwitch";
import { ConnectDialog, GroupDialog } from "./GraphDialogs";
import { graphMenu } from "./graph_menu";
import { sketchOf } from "./graph_sketch";
import { GraphSearch } from "./GraphSearch";
import { LibraryDrawer } from "./LibraryDrawer";
import { RenameDialog } from "./RenameDialog";
import { useGraphSearch } from "./useGraphSearch";
import "./graph_pane.css";

interface GraphPaneProps {
  readonly view: PipelineView;
  readonly facts: ReadonlyMap<string, BlockFacts>;
  readonly status: PipelineStatus | null;
  readonly onSelect: (block: string | null) => void;
  /** Ask for a block to add, into an edge or below the chosen block. */
  readonly onAdd: (into: Edge | null) => void;
}

type Opened = { readonly is: "nothing" } | { readonly is: "connect" | "rename"; readonly block: string } | { readonly is: "group"; readonly group: GroupView; readonly isNew: boolean };

const NOTHING: Opened = { is: "nothing" };
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };

/** The graph with what stands above it: search, the library, and what can be done to what is chosen. */
export function GraphPane({ view, facts, status, onSelect, onAdd }: GraphPaneProps) {
  const bench = useBench();
  const { workbench, world } = bench;
  const commands = useMemo(() => new GraphCommands(bench), [bench]);
  const drawing = useMemo(() => drawingOf(view), [view]);
  const places = useLayout(drawing);
  const items = useMemo(() => itemCounts(status), [status]);
  const [several, setSeveral] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<Opened>(NOTHING);
  const [isLibraryOpen, setLibraryOpen] = useState(false);
  const selected = useStore(workbench.selected);
  const search = useGraphSearch(view.blocks, drawing, { selected, onSelect });
  const chosen = useChosen(several, selected, drawing.itemOf);
  const primary = [...chosen].at(-1) ?? null;

  const choose = (next: ReadonlySet<string>) => {
    setSeveral(next);
    const block = selectedAmong(next, { items: chosen, selected }, drawing.itemOf);
    if (block === null) workbench.select(null);
    else if (block !== selected) onSelect(block);
  };
  const chooseBlocks = (blocks: readonly string[]) => {
    if (blocks.length === 0) return;
    choose(new Set(blocks));
    focusItem(blocks.at(-1) ?? "");
  };
  const group = () => {
    const made = newGroup(blocksOf(chosen, view.blocks, view.groups), view.groups);
    if (made !== null) setOpened({ is: "group", group: made, isNew: true });
  };
  const exportSvg = () => {
    if (places !== null) saveAs(`${view.id}.svg`, graphSvg(sketchOf({ view, drawing, places, facts })), "image/svg+xml");
  };
  const step = (from: string | null, { direction, extend }: Extract<GraphCommand, { do: "step" }>) => {
    const next = from === null || places === null ? (drawing.items[0]?.id ?? null) : stepFrom(drawing.items, places, from, direction);
    if (next === null) return;
    const rest = [...chosen].filter((item) => item !== next);
    choose(new Set(extend ? [...rest, next] : [next]));
    focusItem(next);
  };
  const toggle = (item: string) => {
    const next = new Set(chosen);
    if (!next.delete(item)) next.add(item);
    choose(next);
  };
  const run = (command: GraphCommand, item: string | null, edge: Edge | null): void => {
    const upon = item !== null && !chosen.has(item) ? new Set([item]) : chosen;
    switch (command.do) {
      case "step":
        return step(item ?? primary, command);
      case "nudge":
        return places === null ? undefined : void commands.nudge(view, places, upon, command.direction).then(() => focusItem(item ?? ""));
      case "open":
        return item === null ? undefined : groupOfItem(item) === null ? openCard(item) : fold(new Set([item]));
      case "toggle":
        return item === null ? undefined : toggle(item);
      case "remove":
      case "remove-with-files":
        return void commands.remove(view, upon, command.do === "remove-with-files").then(focusGraph);
      case "disconnect":
        return edge === null ? undefined : void commands.disconnect(edge).then(() => focusItem(edge.downstream));
      case "insert":
        return onAdd(edge);
      case "edges":
        return focusEdgeOf(item, edge);
      case "rename":
        return item === null ? undefined : drawing.itemOf.get(item) === item ? setOpened({ is: "rename", block: item }) : renameGroup(item);
      case "connect":
        return item === null || groupOfItem(item) !== null ? undefined : setOpened({ is: "connect", block: item });
      case "all":
        return choose(new Set(drawing.items.map(({ id }) => id)));
      case "clear":
        return choose(new Set());
      case "copy":
        return void commands.copy(view, upon);
      case "cut":
        return void commands.copy(view, upon).then((isDone) => (isDone ? commands.remove(view, upon, false).then(focusGraph) : undefined));
      case "paste":
      case "paste-same-files":
        return void commands.paste(view, command.do === "paste-same-files").then(chooseBlocks);
      case "duplicate":
        return void commands.duplicate(view, upon).then(chooseBlocks);
      case "group":
        return group();
      case "ungroup":
        return void commands.ungroup(view, upon);
      case "fold":
        return fold(upon);
      case "search":
        return focusSearch();
      case "fit":
        return document.querySelector<HTMLButtonElement>("button[aria-label='Fit the graph']")?.click();
      case "tidy":
        return void commands.tidy(view);
      case "library":
        return setLibraryOpen(!isLibraryOpen);
    }
  };
  const fold = (items: ReadonlySet<string>) => {
    const found = groupToFold(items, view.groups);
    if (found === null) return;
    const next = found.is_collapsed ? (found.blocks[0] ?? "") : groupItem(found.id);
    void commands.draw(found, { is_collapsed: !found.is_collapsed }).then((isDone) => (isDone ? chooseBlocks([next]) : undefined));
  };
  const renameGroup = (item: string) => {
    const found = drawing.collapsed.find(({ id }) => item.endsWith(`:${id}`));
    if (found !== undefined) setOpened({ is: "group", group: found, isNew: false });
  };
  const press = ({ item, edge, ...key }: GraphKey) => {
    const command = commandOf({ ...key, on: edge !== null ? "edge" : item !== null ? "block" : "ground" });
    // Pasting comes as an event of its own, with what the clipboard holds.
    if (command === null || command.do === "paste") return false;
    run(command, item, edge);
    return true;
  };
  const pasted = (event: ClipboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    void commands.paste(view, false, event.clipboardData.getData("text/plain")).then(chooseBlocks);
  };
  const add = (choice: Choice, drop: Omit<Drop, "choice"> | null) => {
    const block = view.blocks.find(({ id }) => id === selected);
    const takes = choice.kind !== "loader" && choice.kind !== "note";
    const feeds = block !== undefined && block.kind !== "exporter" && block.kind !== "note" && drop === null ? [block.id] : [];
    const into = takes && choice.kind !== "exporter" ? (drop?.into ?? null) : null;
    const upstream = into === null ? feeds : [into.upstream];
    const id = freeName(nameOf(choice), view.blocks.map((one) => one.id));
    const spot = into === null ? (drop?.at ?? null) : spotFor(view, places, into);
    const edit = addEdit(editFor(choice, id, takes ? upstream : []), { into, spot }, view.blocks);
    void workbench.edit(edit).then((isDone) => (isDone ? chooseBlocks([id]) : undefined));
  };
  const drop = (dropped: Drop) => {
    const choice = choicesOf(world.queries.getQueryData<Library>(keys.library())?.blocks ?? []).find(({ key }) => key === dropped.choice);
    if (choice !== undefined) add(choice, dropped);
  };
  const acts: GraphActs & { readonly toggle: (group: GroupView) => void; readonly rename: (group: GroupView) => void } = {
    select: onSelect,
    choose,
    edit: (request) => workbench.edit(request),
    drop,
    press,
    toggle: (one) => void commands.draw(one, { is_collapsed: !one.is_collapsed }),
    rename: (one) => setOpened({ is: "group", group: one, isNew: false }),
  };
  const block = opened.is === "connect" || opened.is === "rename" ? view.blocks.find(({ id }) => id === opened.block) : undefined;
  const close = () => {
    setOpened(NOTHING);
    focusGraph();
  };
  return (
    <section className="graph-pane" aria-label="Graph" onPaste={pasted}>
      <div className="pane-bar">
        <GraphSearch {...search.props} onLeave={() => { search.clear(); focusGraph(); }} />
        <span className="top-space" />
        <EffectSwitch />
        <IconButton name="Library" icon="column" title="Blocks to drag into the graph (L)" isPressed={isLibraryOpen} onClick={() => setLibraryOpen(!isLibraryOpen)} />
        <Button icon="plus" onClick={() => onAdd(null)}>
          Add block
        </Button>
        <Menu name="Graph actions" items={graphMenu({ chosen, view, run: (command) => run({ do: command }, primary, null), exportSvg })} />
      </div>
      <div className="graph-room">
        {isLibraryOpen ? <LibraryDrawer onAdd={(choice) => add(choice, null)} onClose={() => { setLibraryOpen(false); focusGraph(); }} /> : null}
        <ChangesSinceCommit>
          <PipelineGraph view={view} drawing={drawing} places={places} facts={facts} items={items} chosen={chosen} search={search.shown} acts={acts} />
        </ChangesSinceCommit>
      </div>
      {opened.is === "connect" && block !== undefined ? <ConnectDialog block={block} blocks={view.blocks} onEdit={acts.edit} onClose={close} /> : null}
      {opened.is === "rename" && block !== undefined ? <RenameDialog block={block} taken={view.blocks.map((one) => one.id)} onClose={close} /> : null}
      {opened.is === "group" ? (
        <GroupDialog group={opened.group} isNew={opened.isNew} onKeep={(title, color) => commands.draw(opened.group, { title, color })} onClose={close} />
      ) : null}
    </section>
  );
}

/** What is chosen: several items, as long as the selected block is one of them; else that block's item. */
function useChosen(several: ReadonlySet<string>, selected: string | null, itemOf: ReadonlyMap<string, string>): ReadonlySet<string> {
  const item = selected === null ? null : (itemOf.get(selected) ?? null);
  const items = useMemo(() => new Set(itemOf.values()), [itemOf]);
  return useMemo(() => {
    const there = [...several].filter((one) => items.has(one));
    if (item === null || there.includes(item)) return new Set(there);
    return new Set([item]);
  }, [several, item, items]);
}

/** Where people put blocks, a new one is put too, near those it is connected to; elsewhere the layout finds room. */
function spotFor(view: PipelineView, places: ReadonlyMap<string, Point> | null, { upstream, downstream }: Edge): Point | null {
  if (places === null || !(upstream in view.layout || downstream in view.layout)) return null;
  return placeNear(places, { upstream: [upstream], downstream: [downstream] }, SIZE);
}

/** Go on in a block's code, or where that is not there yet, in its card. */
function openCard(block: string): void {
  const card = document.getElementById(`card-${block}`);
  card?.scrollIntoView({ block: "start" });
  const into = card?.querySelector<HTMLElement>(".cm-content") ?? card?.querySelector<HTMLElement>("button");
  into?.focus({ preventScroll: true });
}
