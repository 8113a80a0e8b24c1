import { expect, test } from "vitest";
import { BOX, drawingOf } from "./run_drawing";

const wired = (id: string, ...upstream: string[]) => ({ id, upstream });

test("each block lies to the right of all that it reads", () => {
  const { corners, edges } = drawingOf([wired("c", "a", "b"), wired("b", "a"), wired("a")]);

  const xs = ["a", "b", "c"].map((id) => corners.get(id)?.x ?? 0);
  expect(xs).toEqual(xs.toSorted((left, right) => left - right));
  expect(new Set(xs).size).toBe(3);
  expect(edges.length).toBe(3);
});

test("no two blocks lie on each other, and all lie within", () => {
  const blocks = [wired("a"), ...["b", "c", "d"].map((id) => wired(id, "a")), wired("e", "b", "d")];

  const { corners, width, height } = drawingOf(blocks);

  const places = [...corners.values()];
  expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBe(5);
  expect(places.every(({ x, y }) => x >= 0 && y >= 0 && x + BOX.width <= width && y + BOX.height <= height)).toBe(true);
});

test("a block that reads one outside the run, or itself by mistake, is drawn all the same", () => {
  expect(drawingOf([wired("a", "outside"), wired("b", "b")]).corners.size).toBe(2);
  expect(drawingOf([]).corners.size).toBe(0);
});
