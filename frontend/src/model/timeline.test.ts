import { expect, test } from "vitest";
import { aPart, aRun } from "./run_samples";
import { itemName, placeOn, readyAt, rowsOf, scaleOf, stretchesOf } from "./timeline";

const failed = { code: "x", message: "no", hint: "", exception: "", frames: [] };

test("a night in which nobody drove the run is drawn short, and what was done before and after has the room", () => {
  const run = aRun({ started_at: 100, ended_at: 40_200, pauses: [{ began_at: 150, ended_at: 40_150 }] });

  const scale = scaleOf(run, 0);

  expect(scale.pieces.map((piece) => [piece.isPause, Math.round(piece.width)])).toEqual([[false, 48], [true, 4], [false, 48]]);
  expect([100, 125, 150, 40_150, 40_200].map((at) => Math.round(placeOn(scale, at)))).toEqual([0, 24, 48, 52, 100]);
  expect(scale.ticks.map((tick) => tick.label)).toEqual(["0", "30.0 s", "1 m 00 s", "1 m 30 s"]);
});

test("a run that has just begun has a line, too", () => {
  const scale = scaleOf(aRun({ started_at: 5, ended_at: null }), 5);

  expect(placeOn(scale, 5)).toBe(0);
  expect(placeOn(scale, 9)).toBe(100);
});

test("attempts and the waits between them lie one after the other", () => {
  const part = aPart({
    attempt: 2, state: "done", started_at: 20, ended_at: 30,
    earlier: [{ attempt: 1, state: "failed", started_at: 5, ended_at: 10, failure: failed, because: "" }],
  });

  const stretches = stretchesOf(aRun({ started_at: 0, ended_at: 30 }), part, 0, 1);

  expect(stretches.map(({ kind, state, from, to }) => [kind, state, from, to])).toEqual([
    ["waiting", "waiting", 1, 5],
    ["retry", "waiting", 10, 20],
    ["attempt", "failed", 5, 10],
    ["attempt", "done", 20, 30],
  ]);
});

test("an attempt whose process was killed has a bar up to where the run stopped", () => {
  const part = aPart({
    attempt: 2, state: "done", started_at: 500, ended_at: 510,
    earlier: [{ attempt: 1, state: "unknown", started_at: 5, ended_at: null, failure: null, because: "" }],
  });
  const run = aRun({ started_at: 0, ended_at: 510, pauses: [{ began_at: 40, ended_at: 490 }] });

  const [cutOff, again, ...rest] = stretchesOf(run, part, 0);

  expect(cutOff).toMatchObject({ kind: "attempt", state: "unknown", from: 5, to: 40 });
  expect(again).toMatchObject({ kind: "attempt", state: "done", from: 500, to: 510 });
  expect(rest).toEqual([]);
});

test("a block is ready when the last of those that it reads has ended", () => {
  const run = aRun({ started_at: 0, blocks: [aPart({ id: "a", ended_at: 3 }), aPart({ id: "b", ended_at: 7 })] });

  expect(readyAt(run, aPart({ started_at: 8 }), ["a", "b"])).toBe(7);
  expect(readyAt(run, aPart({ started_at: 8 }), [])).toBe(0);
  expect(readyAt(run, aPart({ started_at: 8 }), ["c"])).toBe(0);
});

test("items stand below the block that they are of, in order", () => {
  const item = (index: number, label: string) => aPart({ id: `each-${index}`, item: { index, label } });
  const run = aRun({ blocks: [aPart({ id: "each" }), aPart({ id: "after" }), item(10, "k"), item(2, "")] });

  const rows = rowsOf(run);

  expect(rows.map((row) => [row.part.id, row.items.map(itemName)])).toEqual([["each", ["Item 3", "k"]], ["after", []]]);
});
