import { expect, test } from "vitest";
import type { BlockRunView, RunView, ScheduleView } from "../wire/schemas";
import { firingWord, linesWith, logicalWord, partRows, partSeconds, scheduleWord, spanOf, until } from "./run_page";

const part = (more: Partial<BlockRunView>): BlockRunView => ({
  id: "b", state: "done", attempt: 1, started_at: null, ended_at: null, outputs: [], receipts: [], checks: [], failure: null, because: "", fingerprint: null, usage: null, earlier: [], ...more,
});
const run = (more: Partial<RunView> = {}): RunView => ({
  id: "r", pipeline: "p", state: "done", trigger: "schedule", profile: "local", started_at: 100, ended_at: 200, logical_date: null, snapshot: "", is_pinned: false, has_outputs: true, params: {}, blocks: [], ...more,
});
const schedule = (more: Partial<ScheduleView> = {}): ScheduleView => ({
  pipeline: "p", words: "", cron: null, timezone: null, catch_up: "latest", overlap: "skip", params: {}, profile: null, is_enabled: true, is_paused: false, is_failing: false, is_trusted: true, next: [], recent: [], alerts: [], ...more,
});

test("a block's bar lies where its last attempt was, and one that is as short as nothing can still be seen", () => {
  expect(spanOf(run(), part({ started_at: 125, ended_at: 175 }), 999)).toEqual({ left: 25, width: 50 });
  expect(spanOf(run(), part({ started_at: 200, ended_at: 200 }), 999)).toEqual({ left: 100, width: 0.5 });
  expect(spanOf(run({ ended_at: null }), part({ started_at: 150 }), 200)).toEqual({ left: 50, width: 50 });
  expect(spanOf(run(), part({}), 999)).toBeNull();
});

test("a block that runs has run until now, and one that waits not at all", () => {
  expect(partSeconds(part({ state: "running", started_at: 10 }), 14)).toBe(4);
  expect(partSeconds(part({ state: "retrying", started_at: 10 }), 14)).toBeNull();
  expect(partSeconds(part({ started_at: 10, ended_at: 11 }), 14)).toBe(1);
});

test("what an exporter wrote elsewhere has rows, too", () => {
  expect(partRows(part({ usage: { cpu_s: 1, peak_memory_bytes: null, rows: 7, bytes: null } }))).toBe(7);
  expect(partRows(part({}))).toBeNull();
});

test("a search in a log finds text in any case and not the colours of a terminal", () => {
  const lines = ["\u001b[31mError\u001b[0m here", "fine"].map((text, seq) => ({ seq, at: 0, stream: "stdout" as const, text }));

  expect(linesWith(lines, " error ").map((line) => line.seq)).toEqual([0]);
  expect(linesWith(lines, "31").length).toBe(0);
  expect(linesWith(lines, "").length).toBe(2);
});

test("the moment of a scheduled run is written without seconds that are nothing", () => {
  expect(logicalWord("2026-11-22T06:00:00+01:00")).toBe("2026-11-22 06:00 +01:00");
  expect(logicalWord("2026-11-22T06:00:10+00:00")).toBe("2026-11-22 06:00:10 +00:00");
});

test("what became of a tick is said with its reason", () => {
  const tick = { at: 0, first_at: 0, ticks: 1, reason: "", run: null };

  expect(firingWord({ ...tick, state: "ended" })).toBe("ran");
  expect(firingWord({ ...tick, state: "skipped", reason: "overlap" })).toBe("skipped: the run before was still going");
  expect(firingWord({ ...tick, state: "skipped", reason: "missed", ticks: 12 })).toBe("12 times skipped: nobody was there to start it");
  expect(firingWord({ ...tick, state: "refused", reason: "no blocks" })).toBe("could not start: no blocks");
});

test("a schedule says when it runs next, or why it does not", () => {
  expect(scheduleWord(schedule({ next: [7300] }), 100)).toBe("Runs in 2 h");
  expect(scheduleWord(schedule({ is_paused: true }), 100)).toBe("Paused");
  expect(scheduleWord(schedule({ is_enabled: false }), 100)).toBe("Switched off");
  expect([until(100.5, 100), until(150, 100), until(400, 100), until(500_000, 100)]).toEqual(["now", "in less than a minute", "in 5 min", "in 6 days"]);
});
