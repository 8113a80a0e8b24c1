import { expect, test } from "vitest";
import { around, placeNear } from "./around";

const SIZE = { width: 100, height: 50 };
const LAID_OUT = new Map([["a", { x: 0, y: 0 }], ["b", { x: 0, y: 100 }], ["c", { x: 0, y: 200 }]]);

function lieApart(points: Iterable<{ readonly x: number; readonly y: number }>): boolean {
  const all = [...points];
  return all.every((one, index) =>
    all.every((other, at) => at === index || Math.abs(one.x - other.x) >= SIZE.width || Math.abs(one.y - other.y) >= SIZE.height),
  );
}

test("what nobody touched stays where it was laid out", () => {
  expect(around(LAID_OUT, new Map(), SIZE)).toBe(LAID_OUT);
  expect(around(LAID_OUT, new Map([["gone", { x: 1, y: 1 }]]), SIZE)).toBe(LAID_OUT);
});

test("a kept block stays to the pixel, and another that would lie under it moves aside", () => {
  const places = around(LAID_OUT, new Map([["a", { x: 10, y: 105 }]]), SIZE);

  expect(places.get("a")).toEqual({ x: 10, y: 105 });
  expect(places.get("c")).toEqual({ x: 0, y: 200 });
  expect(lieApart(places.values())).toBe(true);
});

test("many blocks laid out upon one another all find room", () => {
  const heap = new Map(Array.from({ length: 60 }, (_, index) => [`b${index}`, { x: 0, y: 0 }] as const));

  expect(lieApart(around(heap, new Map([["b3", { x: 5, y: 5 }]]), SIZE).values())).toBe(true);
});

test("a new block lies below what feeds it, not upon another", () => {
  expect(placeNear(LAID_OUT, { upstream: ["c"], downstream: [] }, SIZE)).toEqual({ x: 0, y: 298 });
  expect(placeNear(LAID_OUT, { upstream: [], downstream: [] }, SIZE)).toBeNull();
  const beside = placeNear(LAID_OUT, { upstream: ["a"], downstream: ["b"] }, SIZE);
  expect(beside === null ? false : lieApart([...LAID_OUT.values(), beside])).toBe(true);
});
