import { expect, test } from "vitest";
import { NODE_HEIGHT, NODE_WIDTH, placed } from "./layout";

const block = (id: string, ...upstream: string[]) => ({ id, upstream });

test("blocks lie below their upstreams and do not cover each other", () => {
  const blocks = [block("flights"), block("weather"), block("airlines"), block("joined", "flights", "weather", "airlines"), block("daily", "joined")];

  const places = [...placed(blocks)].map(([id, point]) => ({ id, ...point }));

  const y = (id: string) => places.find((place) => place.id === id)?.y ?? 0;
  expect(y("joined")).toBeGreaterThanOrEqual(y("flights") + NODE_HEIGHT);
  expect(y("daily")).toBeGreaterThanOrEqual(y("joined") + NODE_HEIGHT);
  for (const one of places) {
    const over = places.filter((other) => other.id !== one.id && Math.abs(one.x - other.x) < NODE_WIDTH && Math.abs(one.y - other.y) < NODE_HEIGHT);
    expect(over).toEqual([]);
  }
});

test("many blocks that are not connected fill a pane rather than one endless row", () => {
  const blocks = Array.from({ length: 40 }, (_, index) => block(`b${index}`));

  const points = [...placed(blocks).values()];

  const width = Math.max(...points.map((point) => point.x)) + NODE_WIDTH;
  const height = Math.max(...points.map((point) => point.y)) + NODE_HEIGHT;
  expect(width / height).toBeGreaterThan(0.6);
  expect(width / height).toBeLessThan(1.7);
  expect(new Set(points.map((point) => `${point.x} ${point.y}`)).size).toBe(40);
});

test("two pipelines in one file stand beside or below each other, and do not mix", () => {
  const blocks = [block("a1"), block("b1"), block("a2", "a1"), block("b2", "b1"), block("alone")];

  const points = placed(blocks);

  const at = (id: string) => points.get(id) ?? { x: -1, y: -1 };
  expect([at("a1").x === at("a2").x, at("b1").x === at("b2").x, at("a1").x === at("b1").x && at("a1").y === at("b1").y]).toEqual([true, true, false]);
  expect(at("alone").y).toBeGreaterThanOrEqual(at("a1").y);
});

test("blocks that read nothing stand from left to right as they were written", () => {
  const blocks = [block("flights"), block("weather"), block("airlines"), block("joined", "flights", "weather", "airlines")];

  const points = placed(blocks);

  const xs = ["flights", "weather", "airlines"].map((id) => points.get(id)?.x ?? 0);
  expect(xs).toEqual([...xs].sort((one, other) => one - other));
});

test("blocks of a group stand together, and no other between them", () => {
  const blocks = [block("a"), block("b"), block("c"), block("d", "a"), block("e", "b"), block("f", "c"), block("g", "d", "e", "f")];

  const points = placed(blocks, [{ id: "raw", blocks: ["a", "c"] }, { id: "rest", blocks: ["d", "f"] }]);

  for (const [members, others] of [[["a", "c"], ["b"]], [["d", "f"], ["e"]]] as const) {
    const xs = members.map((id) => points.get(id)?.x ?? 0);
    const ys = members.map((id) => points.get(id)?.y ?? 0);
    for (const id of others) {
      const { x, y } = points.get(id) ?? { x: NaN, y: NaN };
      const isWithin = x > Math.min(...xs) - NODE_WIDTH && x < Math.max(...xs) + NODE_WIDTH && Math.min(...ys) <= y && y <= Math.max(...ys);
      expect(isWithin).toBe(false);
    }
  }
});
