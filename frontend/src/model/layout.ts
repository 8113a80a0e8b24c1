import { Graph, layout } from "@dagrejs/dagre";
import { edgesOf, type Wired } from "./graph";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 192;
export const NODE_HEIGHT = 76;
const MARGIN = 16;

/** Place blocks in layers from top to bottom; the points are the nodes' top left corners, in pixels at zoom 1. */
export function placed(blocks: readonly Wired[]): ReadonlyMap<string, Point> {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 20, ranksep: 48, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const block of blocks) graph.setNode(block.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of edgesOf(blocks)) graph.setEdge(edge.upstream, edge.downstream);
  layout(graph);
  return asWritten(blocks, new Map(blocks.map((block) => [block.id, cornerOf(centreOf(graph, block.id))])));
}

/** Mirror the drawing where that puts more of the blocks that read nothing in the order in which they were written. */
function asWritten(blocks: readonly Wired[], points: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> {
  const firsts = blocks.filter((block) => block.upstream.length === 0).map((block) => points.get(block.id)?.x ?? 0);
  const balance = firsts.slice(1).reduce((sum, x, index) => sum + Math.sign(x - (firsts[index] ?? x)), 0);
  if (balance >= 0) return points;
  const right = Math.max(...[...points.values()].map((point) => point.x)) + MARGIN;
  return new Map([...points].map(([id, point]) => [id, { x: right - point.x, y: point.y }]));
}

function centreOf(graph: Graph, block: string): { readonly x?: number; readonly y?: number } {
  const found: unknown = graph.node(block);
  return typeof found === "object" && found !== null ? found : {};
}

function cornerOf(centre: { readonly x?: number; readonly y?: number }): Point {
  return { x: Math.round((centre.x ?? 0) - NODE_WIDTH / 2), y: Math.round((centre.y ?? 0) - NODE_HEIGHT / 2) };
}
