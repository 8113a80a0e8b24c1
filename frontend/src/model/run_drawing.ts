import { edgesOf, type Edge } from "./graph";

/** A block of a run's pipeline as far as its place goes. */
export interface Wired {
  readonly id: string;
  readonly upstream: readonly string[];
}

export interface Corner {
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  readonly corners: ReadonlyMap<string, Corner>;
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 176, height: 52 };
const APART = { x: 48, y: 16 };
const MARGIN = 16;

/** Draw blocks from left to right, each to the right of all that it reads; rows are ordered by where their upstreams lie. */
export function drawingOf(blocks: readonly Wired[]): Drawing {
  const columns = columnsOf(blocks);
  const rows = new Map<string, number>();
  const perColumn = new Map<number, string[]>();
  for (const block of blocks) {
    const column = columns.get(block.id) ?? 0;
    perColumn.set(column, [...(perColumn.get(column) ?? []), block.id]);
  }
  const upstream = new Map(blocks.map((block) => [block.id, block.upstream]));
  for (const [, ids] of [...perColumn].toSorted(([left], [right]) => left - right)) {
    const middle = (id: string) => mean((upstream.get(id) ?? []).flatMap((up) => rows.get(up) ?? []));
    ids.toSorted((left, right) => middle(left) - middle(right)).forEach((id, row) => rows.set(id, row));
  }
  const most = Math.max(1, ...[...perColumn.values()].map((ids) => ids.length));
  const place = (id: string): Corner => {
    const column = columns.get(id) ?? 0;
    const offset = (most - (perColumn.get(column)?.length ?? 1)) / 2;
    return { x: MARGIN + column * (BOX.width + APART.x), y: MARGIN + ((rows.get(id) ?? 0) + offset) * (BOX.height + APART.y) };
  };
  const widest = Math.max(0, ...columns.values()) + 1;
  return {
    corners: new Map(blocks.map((block) => [block.id, place(block.id)])),
    edges: edgesOf(blocks),
    width: 2 * MARGIN + widest * BOX.width + (widest - 1) * APART.x,
    height: 2 * MARGIN + most * BOX.height + (most - 1) * APART.y,
  };
}

/** How far to the right each block lies; those of a cycle, which no run has, count as if they read nothing. */
function columnsOf(blocks: readonly Wired[]): ReadonlyMap<string, number> {
  const known = new Map(blocks.map((block) => [block.id, block.upstream]));
  const found = new Map<string, number>();
  let waiting = blocks.map((block) => block.id);
  while (waiting.length > 0) {
    const ready = waiting.filter((id) => (known.get(id) ?? []).every((up) => found.has(up) || !known.has(up)));
    for (const id of ready.length > 0 ? ready : waiting) {
      found.set(id, Math.max(-1, ...(known.get(id) ?? []).map((up) => found.get(up) ?? -1)) + 1);
    }
    waiting = waiting.filter((id) => !found.has(id));
  }
  return nearer(blocks, found);
}

/** Move blocks that read nothing to just before what reads them, so that few lines run past other blocks. */
function nearer(blocks: readonly Wired[], columns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const readers = new Map<string, number[]>();
  for (const { upstream, downstream } of edgesOf(blocks)) {
    readers.set(upstream, [...(readers.get(upstream) ?? []), columns.get(downstream) ?? 0]);
  }
  return new Map(
    blocks.map((block) => {
      const own = columns.get(block.id) ?? 0;
      const next = readers.get(block.id);
      return [block.id, block.upstream.length > 0 || next === undefined ? own : Math.max(own, Math.min(...next) - 1)];
    }),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
