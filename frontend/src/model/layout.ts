import { Graph, layout } from "@dagrejs/dagre";
import type { Point } from "../wire/schemas";
import { components, edgesOf, type Wired } from "./graph";

export const NODE_WIDTH = 192;
export const NODE_HEIGHT = 76;
const MARGIN = 16;

/** Blocks that are to stand together. */
export interface Together {
  readonly id: string;
  readonly blocks: readonly string[];
}

/** Place blocks in layers from top to bottom; the points are the nodes' top left corners, in pixels at zoom 1. */
export function placed(blocks: readonly Wired[], groups: readonly Together[] = []): ReadonlyMap<string, Point> {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const parts = components(tied(blocks, groups)).map((part) => part.flatMap(({ id }) => byId.get(id) ?? []));
  const drawings = parts.map((part) => drawn(part, groups));
  const corners = packed(drawings);
  return new Map(
    drawings.flatMap(({ points }, index) => {
      const corner = corners[index] ?? { x: 0, y: 0 };
      return [...points].map(([id, point]) => [id, { x: corner.x + point.x, y: corner.y + point.y }] as const);
    }),
  );
}

/** Blocks as though each of a group read the one before it, so that a group is in one part. */
function tied(blocks: readonly Wired[], groups: readonly Together[]): readonly Wired[] {
  const before = new Map(groups.flatMap((group) => group.blocks.slice(1).map((id, index) => [id, group.blocks[index] ?? id] as const)));
  return blocks.map(({ id, upstream }) => {
    const tie = before.get(id);
    return { id, upstream: tie === undefined ? upstream : [...upstream, tie] };
  });
}

interface Drawing {
  readonly points: ReadonlyMap<string, Point>;
  readonly width: number;
  readonly height: number;
}

/** The drawing's width to its height, about: a pane beside the notebook is rather high than wide. */
const ASPECT = 1;
const APART = { x: 20, y: 24 };

/** Put drawings in rows from left to right, as many in one as make the whole about as wide as it is high; their corners. */
function packed(drawings: readonly Drawing[]): readonly Point[] {
  const area = drawings.reduce((sum, one) => sum + (one.width + APART.x) * (one.height + APART.y), 0);
  const widest = Math.max(0, ...drawings.map((one) => one.width));
  const room = Math.max(widest, Math.ceil(Math.sqrt(area * ASPECT)));
  let next = { x: 0, y: 0 };
  let bottom = 0;
  return drawings.map((one) => {
    if (next.x > 0 && next.x + one.width > room) next = { x: 0, y: bottom + APART.y };
    const corner = { x: MARGIN + next.x, y: MARGIN + next.y };
    next = { x: next.x + one.width + APART.x, y: next.y };
    bottom = Math.max(bottom, next.y + one.height);
    return corner;
  });
}

/** Lay out blocks that hang together, its left and top edges at 0. */
function drawn(blocks: readonly Wired[], groups: readonly Together[]): Drawing {
  const graph = new Graph({ compound: true });
  graph.setGraph({ rankdir: "TB", nodesep: 20, ranksep: 48, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const block of blocks) graph.setNode(block.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const group of groups) {
    const members = group.blocks.filter((id) => graph.hasNode(id));
    if (members.length > 0) graph.setNode(`group:${group.id}`, {});
    for (const id of members) graph.setParent(id, `group:${group.id}`);
  }
  for (const edge of edgesOf(blocks)) graph.setEdge(edge.upstream, edge.downstream);
  layout(graph);
  const points = fromZero(asWritten(blocks, new Map(blocks.map((block) => [block.id, cornerOf(centreOf(graph, block.id))]))));
  const all = [...points.values()];
  return {
    points,
    width: Math.max(...all.map((point) => point.x)) + NODE_WIDTH,
    height: Math.max(...all.map((point) => point.y)) + NODE_HEIGHT,
  };
}

/** Mirror the drawing where that puts more of the blocks that read nothing in the order in which they were written. */
function asWritten(blocks: readonly Wired[], points: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> {
  const firsts = blocks.filter((block) => block.upstream.length === 0).map((block) => points.get(block.id)?.x ?? 0);
  const balance = firsts.slice(1).reduce((sum, x, index) => sum + Math.sign(x - (firsts[index] ?? x)), 0);
  if (balance >= 0) return points;
  const right = Math.max(...[...points.values()].map((point) => point.x));
  return new Map([...points].map(([id, point]) => [id, { x: right - point.x, y: point.y }]));
}

function fromZero(points: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> {
  const left = Math.min(...[...points.values()].map((point) => point.x));
  const top = Math.min(...[...points.values()].map((point) => point.y));
  return new Map([...points].map(([id, point]) => [id, { x: point.x - left, y: point.y - top }]));
}

function centreOf(graph: Graph, block: string): { readonly x?: number; readonly y?: number } {
  const found: unknown = graph.node(block);
  return typeof found === "object" && found !== null ? found : {};
}

function cornerOf(centre: { readonly x?: number; readonly y?: number }): Point {
  return { x: Math.round((centre.x ?? 0) - NODE_WIDTH / 2), y: Math.round((centre.y ?? 0) - NODE_HEIGHT / 2) };
}
