import type { Point } from "../wire/schemas";

export interface Size {
  readonly width: number;
  readonly height: number;
}

const APART = 20;

/** Nodes that stand somewhere, found by where they are. */
class Floor {
  readonly #cells = new Map<string, Point[]>();
  readonly #step: Size;

  constructor(size: Size) {
    this.#step = { width: size.width + APART, height: size.height + APART };
  }

  add(point: Point): void {
    const name = this.#cell(point, 0, 0);
    this.#cells.set(name, [...(this.#cells.get(name) ?? []), point]);
  }

  isFree(point: Point): boolean {
    const { width, height } = this.#step;
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        const near = this.#cells.get(this.#cell(point, dx, dy)) ?? [];
        if (near.some((other) => Math.abs(other.x - point.x) < width && Math.abs(other.y - point.y) < height)) return false;
      }
    }
    return true;
  }

  /** The free place nearest to a wish, first beside it and then below and above. */
  nearest(wish: Point): Point {
    for (let ring = 0; ring < 200; ring += 1) {
      const found = this.#ring(wish, ring).find((point) => this.isFree(point));
      if (found !== undefined) return found;
    }
    return wish;
  }

  #ring({ x, y }: Point, ring: number): readonly Point[] {
    const { width, height } = this.#step;
    if (ring === 0) return [{ x, y }];
    const points: Point[] = [];
    for (let column = 0; column <= ring; column += 1) {
      for (const side of column === 0 ? [1] : [1, -1]) {
        const rows = column === ring ? [...Array(ring + 1).keys()] : [ring];
        for (const row of rows) points.push({ x: x + side * column * width, y: y + row * height }, { x: x + side * column * width, y: y - row * height });
      }
    }
    return points.sort((one, other) => distance(one, { x, y }) - distance(other, { x, y }));
  }

  #cell({ x, y }: Point, dx: number, dy: number): string {
    return `${Math.floor(x / this.#step.width) + dx} ${Math.floor(y / this.#step.height) + dy}`;
  }
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, 1.2 * (one.y - other.y));
}

/** Put nodes where people kept them, and the others where they were laid out, moved aside where they would lie upon one another. */
export function around(laidOut: ReadonlyMap<string, Point>, kept: ReadonlyMap<string, Point>, size: Size): ReadonlyMap<string, Point> {
  if (![...kept.keys()].some((id) => laidOut.has(id))) return laidOut;
  const floor = new Floor({ width: size.width - APART / 2, height: size.height - APART / 2 });
  const places = new Map<string, Point>();
  for (const [id, point] of kept) {
    if (!laidOut.has(id)) continue;
    places.set(id, point);
    floor.add(point);
  }
  for (const [id, wish] of laidOut) {
    if (places.has(id)) continue;
    const point = floor.nearest(wish);
    places.set(id, point);
    floor.add(point);
  }
  return places;
}

/** A free place for a new node: below what feeds it, or above what it feeds; null where it knows nobody. */
export function placeNear(
  places: ReadonlyMap<string, Point>,
  { upstream, downstream }: { readonly upstream: readonly string[]; readonly downstream: readonly string[] },
  size: Size,
): Point | null {
  const above = upstream.flatMap((id) => places.get(id) ?? []);
  const below = downstream.flatMap((id) => places.get(id) ?? []);
  const known = above.length > 0 ? above : below;
  if (known.length === 0) return null;
  const x = known.reduce((sum, point) => sum + point.x, 0) / known.length;
  const y = above.length > 0 ? Math.max(...above.map((point) => point.y)) + size.height + 48 : Math.min(...below.map((point) => point.y)) - size.height - 48;
  const floor = new Floor({ width: size.width, height: size.height });
  for (const point of places.values()) floor.add(point);
  const found = floor.nearest({ x, y });
  return { x: Math.round(found.x), y: Math.round(found.y) };
}
