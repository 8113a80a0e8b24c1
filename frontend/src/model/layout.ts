import { Graph, layout } from "@dagrejs/dagre";
import { edgesOf, type Wired } from "./graph";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 84;

/** Place blocks in layers from top to bottom; the points are the nodes' top left corners, in pixels at zoom 1. */
export function placed(blocks: readonly Wired[]): ReadonlyMap<string, Point> {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 52, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const block of blocks) graph.setNode(block.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of edgesOf(blocks)) graph.setEdge(edge.upstream, edge.downstream);
  layout(graph);
  return new Map(blocks.map((block) => [block.id, cornerOf(centreOf(graph, block.id))]));
}

function centreOf(graph: Graph, block: string): { readonly x?: number; readonly y?: number } {
  const found: unknown = graph.node(block);
  return typeof found === "object" && found !== null ? found : {};
}

function cornerOf(centre: { readonly x?: number; readonly y?: number }): Point {
  return { x: Math.round((centre.x ?? 0) - NODE_WIDTH / 2), y: Math.round((centre.y ?? 0) - NODE_HEIGHT / 2) };
}
