import { type Edge as FlowEdge, Position } from "@xyflow/react";
import { type Drawing, frameOf, groupItem } from "../model/drawing";
import { plural } from "../model/format";
import { edgesOf, withAncestors } from "../model/graph";
import type { ItemCount } from "../model/items";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import { type BlockFacts, explanation, headline } from "../model/look";
import type { BlockView, GroupView, Point } from "../wire/schemas";
import type { BlockNodeData, BlockNodeType } from "./BlockNode";
import { groupName, type FrameNodeType, type GroupNodeType } from "./GroupNodes";

export type GraphNode = BlockNodeType | GroupNodeType | FrameNodeType;

/** What the graph shows, gathered. */
export interface Shown {
  readonly blocks: readonly BlockView[];
  readonly drawing: Drawing;
  readonly places: ReadonlyMap<string, Point>;
  readonly facts: ReadonlyMap<string, BlockFacts>;
  readonly items: ReadonlyMap<string, ItemCount>;
  readonly chosen: ReadonlySet<string>;
  /** The item that Tab leads to. */
  readonly reached: string | null;
  readonly search: Search;
  readonly isPlain: boolean;
  readonly onToggle: (group: GroupView) => void;
  readonly onRename: (group: GroupView) => void;
}

/** What was found in the graph; `found` null while nothing is searched for. */
export interface Search {
  readonly found: ReadonlySet<string> | null;
  readonly current: string | null;
}

const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };
const PORT = 11;
const HANDLES = [
  { type: "target" as const, position: Position.Top, x: (NODE_WIDTH - PORT) / 2, y: -PORT / 2, width: PORT, height: PORT },
  { type: "source" as const, position: Position.Bottom, x: (NODE_WIDTH - PORT) / 2, y: NODE_HEIGHT - PORT / 2, width: PORT, height: PORT },
];

/** The nodes of before, so that one of which nothing changed is the same object and not drawn again. */
export type NodeCache = Map<string, { readonly key: readonly unknown[]; readonly node: GraphNode }>;

export function nodesOf(shown: Shown, cache: NodeCache): GraphNode[] {
  const { blocks, drawing, places } = shown;
  const read = new Set(blocks.flatMap((block) => block.upstream));
  const frames = drawing.expanded.flatMap((group) => frameNode(group, shown, cache));
  const groups = drawing.collapsed.flatMap((group) => groupNode(group, shown, cache));
  const own = blocks.flatMap((block) => {
    const place = places.get(block.id);
    if (place === undefined || drawing.itemOf.get(block.id) !== block.id) return [];
    return blockNode(block, place, read.has(block.id), shown, cache);
  });
  return [...frames, ...groups, ...own];
}

function cached(cache: NodeCache, id: string, key: readonly unknown[], make: () => GraphNode): GraphNode {
  const known = cache.get(id);
  if (known !== undefined && known.key.length === key.length && known.key.every((one, index) => Object.is(one, key[index]))) return known.node;
  const node = make();
  cache.set(id, { key, node });
  return node;
}

function blockNode(block: BlockView, place: Point, isRead: boolean, shown: Shown, cache: NodeCache): readonly GraphNode[] {
  const facts = shown.facts.get(block.id);
  if (facts === undefined) return [];
  const isSelected = shown.chosen.has(block.id);
  const mark = markOf(block.id, shown.search);
  const items = shown.items.get(block.id) ?? null;
  const isReached = shown.reached === block.id;
  const key = [block, facts, items?.done, items?.total, place.x, place.y, isSelected, isReached, mark, isRead, shown.isPlain];
  const data: BlockNodeData = { block, facts, items, mark, isRead, isPlain: shown.isPlain };
  return [
    cached(cache, block.id, key, () => ({
      id: block.id,
      type: "block" as const,
      position: place,
      selected: isSelected,
      ariaLabel: `Block ${block.id}, ${nodeWord(facts)}`,
      ...SIZE,
      handles: HANDLES,
      deletable: false,
      domAttributes: { tabIndex: isReached ? 0 : -1, "aria-description": explanation(facts.look).join(" ") },
      data,
    })),
  ];
}

function markOf(block: string, { found, current }: Search): BlockNodeData["mark"] {
  if (found === null) return "none";
  if (block === current) return "current";
  return found.has(block) ? "found" : "dimmed";
}

function groupNode(group: GroupView, shown: Shown, cache: NodeCache): readonly GraphNode[] {
  const id = groupItem(group.id);
  const position = shown.places.get(id);
  if (position === undefined) return [];
  const stands = standsOf(group, shown.facts);
  const isSelected = shown.chosen.has(id);
  const isReached = shown.reached === id;
  return [
    cached(cache, id, [group, position.x, position.y, stands, isSelected, isReached], () => ({
      id,
      type: "group" as const,
      position,
      selected: isSelected,
      ariaLabel: `Group ${groupName(group)}, collapsed, ${plural(group.blocks.length, "block")}`,
      ...SIZE,
      handles: HANDLES,
      deletable: false,
      domAttributes: { tabIndex: isReached ? 0 : -1 },
      data: { group, stands, onToggle: shown.onToggle, onRename: shown.onRename },
    })),
  ];
}

/** The worst that can be said of a group's blocks, with how many. */
function standsOf(group: GroupView, facts: ReadonlyMap<string, BlockFacts>): string {
  const looks = group.blocks.flatMap((block) => facts.get(block)?.look ?? []);
  for (const status of ["failed", "running", "stale", "never"] as const) {
    const alike = looks.filter((look) => look.status === status);
    const [first] = alike;
    if (first !== undefined) return `${alike.length} ${status === "running" ? "running" : headline(first, 0).toLowerCase()}`;
  }
  return looks.length > 0 && looks.every((look) => look.status === "fresh") ? "all fresh" : "";
}

function frameNode(group: GroupView, shown: Shown, cache: NodeCache): readonly GraphNode[] {
  const corners = group.blocks.flatMap((block) => shown.places.get(block) ?? []);
  const frame = frameOf(corners, SIZE);
  if (frame === null) return [];
  const id = `frame:${group.id}`;
  return [
    cached(cache, id, [group, frame.x, frame.y, frame.width, frame.height], () => ({
      id,
      type: "frame" as const,
      position: { x: frame.x, y: frame.y },
      width: frame.width,
      height: frame.height,
      zIndex: -1,
      dragHandle: ".frame-head",
      selectable: false,
      focusable: false,
      connectable: false,
      deletable: false,
      ariaRole: "group" as const,
      ariaLabel: `Group ${groupName(group)}`,
      data: { group, stands: "", onToggle: shown.onToggle, onRename: shown.onRename },
    })),
  ];
}

/** A node's state in a word that stands still while the time runs. */
function nodeWord({ look }: BlockFacts): string {
  return look.status === "running" ? "Running" : headline(look, 0);
}

export const edgeId = (upstream: string, downstream: string) => `${upstream}→${downstream}`;

/** The edges between the items; those on the way to the chosen block stand out. */
export function flowEdges({ drawing, facts, places }: Shown, selected: string | null, picked: string | null): FlowEdge[] {
  const near = selected === null ? new Set<string>() : withAncestors(drawing.items, selected);
  return edgesOf(drawing.items.filter(({ id }) => places.has(id))).map(({ upstream, downstream }) => {
    const id = edgeId(upstream, downstream);
    return {
      id,
      source: upstream,
      target: downstream,
      selected: id === picked,
      className: near.has(upstream) && near.has(downstream) ? "is-near" : "",
      animated: facts.get(downstream)?.look.status === "running",
      ariaLabel: `${upstream} feeds ${downstream}`,
      interactionWidth: 16,
      domAttributes: { tabIndex: -1 },
    };
  });
}
