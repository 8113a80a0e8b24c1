import { expect, test } from "vitest";
import { edgeAt, stepFrom } from "./steps";

const block = (id: string, ...upstream: string[]) => ({ id, upstream });
const ITEMS = [block("a"), block("b"), block("c", "a", "b"), block("d", "c"), block("e", "c")];
const PLACES = new Map([["a", { x: 0, y: 0 }], ["b", { x: 300, y: 0 }], ["c", { x: 120, y: 100 }], ["d", { x: 0, y: 200 }], ["e", { x: 300, y: 200 }]]);

test("up and down lead along edges, left and right to the neighbour", () => {
  const steps = (["up", "down", "left", "right"] as const).map((direction) => stepFrom(ITEMS, PLACES, "c", direction));

  expect(steps).toEqual(["a", "d", "a", "b"]);
  expect(stepFrom(ITEMS, PLACES, "d", "right")).toBe("e");
  expect(stepFrom(ITEMS, PLACES, "a", "up")).toBeNull();
  expect(stepFrom(ITEMS, PLACES, "gone", "up")).toBeNull();
});

test("what is dropped upon an edge is dropped into it", () => {
  const size = { width: 100, height: 50 };

  expect(edgeAt(ITEMS, PLACES, size, { point: { x: 170, y: 175 }, within: 40 })).toMatchObject({ upstream: "c" });
  expect(edgeAt(ITEMS, PLACES, size, { point: { x: 900, y: 900 }, within: 40 })).toBeNull();
  expect(edgeAt([block("x"), block("y", "x")], new Map([["x", { x: 0, y: 0 }], ["y", { x: 0, y: 150 }]]), size, { point: { x: 50, y: 100 }, within: 5 })).toEqual({
    upstream: "x",
    downstream: "y",
  });
});
