import type { Point } from "../wire/schemas";
import type { Wired } from "./graph";

export type Direction = "up" | "down" | "left" | "right";

/** How far from a node's own row another may be and still count as beside it. */
const ROW = 60;

/** The node that an arrow key leads to: up and down along edges, left and right to a neighbour; null at an end. */
export function stepFrom(items: readonly Wired[], places: ReadonlyMap<string, Point>, from: string, direction: Direction): string | null {
  const here = places.get(from);
  if (here === undefined) return null;
  switch (direction) {
    case "up":
      return nearest(places, here, items.find(({ id }) => id === from)?.upstream ?? []);
    case "down":
      return nearest(places, here, items.filter(({ upstream }) => upstream.includes(from)).map(({ id }) => id));
    case "left":
    case "right":
      return beside(places, from, here, direction === "left" ? -1 : 1);
  }
}

function nearest(places: ReadonlyMap<string, Point>, here: Point, ids: readonly string[]): string | null {
  return closest(ids, (id) => Math.abs((places.get(id)?.x ?? Infinity) - here.x));
}

function beside(places: ReadonlyMap<string, Point>, from: string, here: Point, side: number): string | null {
  const there = [...places].filter(([id, { x }]) => id !== from && side * (x - here.x) > 0);
  const inRow = there.filter(([, { y }]) => Math.abs(y - here.y) <= ROW);
  const found = inRow.length > 0 ? inRow : there;
  return closest(
    found.map(([id]) => id),
    (id) => Math.hypot((places.get(id)?.x ?? 0) - here.x, 3 * ((places.get(id)?.y ?? 0) - here.y)),
  );
}

function closest(ids: readonly string[], far: (id: string) => number): string | null {
  return ids.reduce<string | null>((best, id) => (best === null || far(id) < far(best) ? id : best), null);
}

/** The edge whose curve passes a point; edges go from the middle of a node's lower side to that of another's upper one. */
export function edgeAt(
  items: readonly Wired[],
  places: ReadonlyMap<string, Point>,
  size: { readonly width: number; readonly height: number },
  { point, within }: { readonly point: Point; readonly within: number },
): { readonly upstream: string; readonly downstream: string } | null {
  let best: { readonly upstream: string; readonly downstream: string; readonly far: number } | null = null;
  for (const item of items) {
    const end = places.get(item.id);
    for (const up of item.upstream) {
      const start = places.get(up);
      if (start === undefined || end === undefined) continue;
      const far = farFrom(curve(start, end, size), point);
      if (far <= within && (best === null || far < best.far)) best = { upstream: up, downstream: item.id, far };
    }
  }
  return best === null ? null : { upstream: best.upstream, downstream: best.downstream };
}

const POINTS = 24;

/** Points of the curve between two nodes: a cubic whose handles stand straight up and down. */
function curve(start: Point, end: Point, { width, height }: { readonly width: number; readonly height: number }): readonly Point[] {
  const from = { x: start.x + width / 2, y: start.y + height };
  const to = { x: end.x + width / 2, y: end.y };
  const bend = bendOf(from.y, to.y);
  return Array.from({ length: POINTS + 1 }, (_, index) => {
    const t = index / POINTS;
    const u = 1 - t;
    return {
      x: u ** 3 * from.x + 3 * u * u * t * from.x + 3 * u * t * t * to.x + t ** 3 * to.x,
      y: u ** 3 * from.y + 3 * u * u * t * (from.y + bend) + 3 * u * t * t * (to.y - bend) + t ** 3 * to.y,
    };
  });
}

/** How far an edge's handles stand off its ends. Source: React Flow's getBezierPath with its curvature of 0.25. */
export function bendOf(fromY: number, toY: number): number {
  const distance = toY - fromY;
  return distance >= 0 ? distance / 2 : 0.25 * 25 * Math.sqrt(-distance);
}

function farFrom(points: readonly Point[], point: Point): number {
  return points.slice(1).reduce((least, end, index) => Math.min(least, farFromLine(points[index] ?? end, end, point)), Infinity);
}

function farFromLine(start: Point, end: Point, point: Point): number {
  const along = { x: end.x - start.x, y: end.y - start.y };
  const length = along.x ** 2 + along.y ** 2;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - start.x) * along.x + (point.y - start.y) * along.y) / length));
  return Math.hypot(point.x - start.x - t * along.x, point.y - start.y - t * along.y);
}
