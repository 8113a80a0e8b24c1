import { expect, test } from "vitest";
import type { BlockRunView, RunView } from "../wire/schemas";
import { moved, swapped } from "./argument_order";
import { diffLines } from "./diff";
import { freeName, nameProblem } from "./edits";
import { NO_LOGS, plainText, withLines } from "./logs";
import { firstFailed, foundNothingToDo, isResumable } from "./runs";
import { pipelinePath, routeOf, runPath, runsPath, tokenOf } from "./route";
import { minimalChange } from "./text_change";

const line = (seq: number) => ({ seq, at: seq, stream: "stdout" as const, text: `line ${seq}` });

test("dropping an argument on another exchanges the two", () => {
  expect(swapped(["a", "b", "c"], "c", "a")).toEqual(["c", "b", "a"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a"], 0, -1)).toEqual(["a"]);
});

test("log lines that come twice or late stand once and in order", () => {
  const text = withLines(withLines(withLines(NO_LOGS, [line(3), line(4)]), [line(1), line(3)]), [line(5)]);

  expect(text.lines.map((one) => one.seq)).toEqual([1, 3, 4, 5]);
});

test("colours and progress bars of a terminal become plain text", () => {
  expect([plainText("\u001b[31mred\u001b[0m"), plainText("10 %\r20 %\r100 %")]).toEqual(["red", "100 %"]);
});

test("an edit on disk changes only what differs, so that the cursor stays", () => {
  expect(minimalChange("one two three", "one 2 three")).toEqual({ from: 4, to: 7, insert: "2" });
  expect(minimalChange("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
  expect(minimalChange("same", "same")).toBeNull();
});

test("both versions of a conflict stand line by line", () => {
  expect(diffLines("a\nmine\nb", "a\ntheirs\nb").map((one) => `${one.side}:${one.text}`)).toEqual(["both:a", "mine:mine", "theirs:theirs", "both:b"]);
});

test("a suggested name is free and allowed", () => {
  expect([freeName("Read CSV!", []), freeName("loader", ["loader", "loader_2"]), freeName("9", [])]).toEqual(["read_csv_", "loader_3", "block"]);
  expect([nameProblem("ok_1", []), nameProblem("No", []), nameProblem("a", ["a"])]).toEqual([null, expect.any(String), "There is already a a."]);
});

test("addresses are read and written alike", () => {
  expect(routeOf(pipelinePath("flights", "delays"))).toEqual({ page: "pipeline", project: "flights", pipeline: "delays", run: null });
  expect(routeOf(pipelinePath("flights", "delays", "r-1"))).toEqual({ page: "pipeline", project: "flights", pipeline: "delays", run: "r-1" });
  expect(routeOf(runsPath("flights", "delays"))).toEqual({ page: "runs", project: "flights", pipeline: "delays" });
  expect(routeOf(runsPath("flights", null))).toEqual({ page: "runs", project: "flights", pipeline: null });
  expect(routeOf(runPath("flights", "r-1"))).toEqual({ page: "run", project: "flights", run: "r-1" });
  expect([routeOf("/p/flights/-").page, routeOf("/p/flights/delays/other").page]).toEqual(["unknown", "unknown"]);
  expect([routeOf("/").page, routeOf("/p/flights").page, routeOf("/x/y").page]).toEqual(["projects", "project", "unknown"]);
  expect([tokenOf("#token=abc_-1"), tokenOf("#other"), tokenOf("")]).toEqual(["abc_-1", null, null]);
});

test("a run found nothing to do when all that it holds was kept, and leads to its first failure else", () => {
  const part = (id: string, state: BlockRunView["state"]): BlockRunView => ({
    id, state, attempt: 1, started_at: null, ended_at: null, outputs: [], receipts: [], checks: [], failure: null, because: "", fingerprint: null, usage: null, item: null, earlier: [],
  });
  const run = (state: RunView["state"], ...blocks: readonly BlockRunView[]): RunView => ({
    id: "r", pipeline: "p", state, trigger: "manual", profile: "local", started_at: 1, ended_at: 2, params: {}, logical_date: null, snapshot: "", is_pinned: false, has_outputs: true, pauses: [], seconds: null, blocks,
  });
  const kept = run("done", part("a", "reused"), part("b", "reused"));
  const failed = run("failed", part("a", "reused"), part("b", "failed"), part("c", "failed"));

  expect([kept, run("done", part("a", "reused"), part("b", "done")), run("done"), failed].map(foundNothingToDo)).toEqual([true, false, false, false]);
  expect([firstFailed(kept), firstFailed(failed)]).toEqual([null, "b"]);
  expect([kept, failed, run("cancelled"), run("running")].map(isResumable)).toEqual([false, true, true, false]);
});
