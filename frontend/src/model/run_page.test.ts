import { expect, test } from "vitest";
import type { ScheduleView } from "../wire/schemas";
import { aPart } from "./run_samples";
import { firingWord, linesWith, logicalWord, partRows, partSeconds, scheduleWord, until } from "./run_page";

const part = aPart;
const schedule = (more: Partial<ScheduleView> = {}): ScheduleView => ({
  pipeline: "p", words: "", cron: null, timezone: null, catch_up: "latest", overlap: "skip", params: {}, profile: null, is_enabled: true, is_paused: false, is_failing: false, is_trusted: true, next: [], recent: [], alerts: [], ...more,
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
  const { local, also } = logicalWord("2026-11-22T06:00:00+01:00");

  expect(local).toMatch(/^2026-11-2\d \d\d:00:00$/);
  expect(also).toBe("2026-11-22 06:00:00 +01:00\n2026-11-22 05:00:00 UTC");
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
