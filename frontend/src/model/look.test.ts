import { expect, test } from "vitest";
import type { BlockRunView, FreshnessView, OutputView, PipelineStatus, ReceiptView, RunView } from "../wire/schemas";
import { explanation, factsOf, failureLineIn, headline, usualText } from "./look";

const part = (state: BlockRunView["state"], more: Partial<BlockRunView> = {}): BlockRunView => ({
  id: "b", state, attempt: 1, started_at: 100, ended_at: null, outputs: [], receipts: [], checks: [], failure: null, because: "", fingerprint: null, usage: null, item: null, earlier: [], ...more,
});
const run = (state: RunView["state"], block: BlockRunView): RunView => ({
  id: "r1", pipeline: "p", state, trigger: "manual", profile: "local", started_at: 100, ended_at: null, params: {}, logical_date: null, snapshot: "", is_pinned: false, has_outputs: true, pauses: [], seconds: null, blocks: [block],
});
const counts = (freshness: FreshnessView["freshness"], reasons: readonly string[] = []): FreshnessView => ({
  id: "b", freshness, outputs: [], receipts: [], checks: [], run: null, made_at: 50, seconds: null, fingerprint: null, usual: null,
  reasons: reasons.map((sentence) => ({ kind: "source", what: "b", was: null, now: null, sentence })),
});
const status = (freshness: FreshnessView, active: RunView | null, last: RunView | null): PipelineStatus => ({ pipeline: "p", problem: null, blocks: [freshness], active_run: active, last_run: last, last_attempts: [] });
const failure = { code: "failed", message: "no column", hint: "", exception: "KeyError", frames: [{ file: "lib/x.py", line: 3, column: null, function: "f", text: "" }, { file: "b.py", line: 7, column: null, function: "b", text: "" }] };

test("a stale block says why", () => {
  const { look } = factsOf(status(counts("stale", ["its code changed"]), null, null), "b");

  expect([headline(look, 0), explanation(look)]).toEqual(["Stale", ["its code changed"]]);
});

test("a run that has hold of a block says more than its freshness", () => {
  const { look } = factsOf(status(counts("stale"), run("running", part("running")), null), "b", { done: 1, total: 4 });

  expect(headline(look, 112)).toBe("Running 12.0 s · 25 %");
});

test("a failure is shown until the block has a later result", () => {
  const failed = run("failed", part("failed", { failure, ended_at: 101 }));

  expect(factsOf(status(counts("stale"), null, failed), "b").look).toEqual({ status: "failed", failure });
  expect(factsOf(status({ ...counts("fresh"), made_at: 200 }, null, failed), "b").look).toEqual({ status: "fresh", madeAt: 200 });
});

test("a fresh block whose newest attempt failed has failed, though its earlier output counts", () => {
  const output: OutputView = { name: "b", kind: "table", hash: "h", rows: 1, columns: [], size_bytes: 1, warnings: [], type: null, content_types: [] };
  const earlier = { ...counts("fresh"), run: "r0", outputs: [output], fingerprint: "one" };
  const failed = (fingerprint: string | null) => run("failed", part("failed", { failure, ended_at: 101, fingerprint }));

  const facts = factsOf(status(earlier, null, failed("one")), "b");

  expect(facts).toMatchObject({ look: { status: "failed", failure }, run: "r1", outputs: [output], isOfEarlierRun: true, tookS: null });
  expect(factsOf(status(earlier, null, failed(null)), "b").look.status).toBe("failed");
  expect(factsOf(status(earlier, null, failed("another")), "b")).toMatchObject({ look: { status: "fresh" }, run: "r0", isOfEarlierRun: false });
});

test("an exporter that failed again still shows what its earlier run wrote", () => {
  const receipt: ReceiptView = { target: "t", action: "wrote", rows: 1, size_bytes: 1, seconds: 1, job_ids: [], generations: {}, facts: {} };
  const failed = run("failed", part("failed", { failure, ended_at: 101 }));

  const { receipts, isOfEarlierRun } = factsOf(status({ ...counts("fresh"), receipts: [receipt] }, null, failed), "b");

  expect({ receipts, isOfEarlierRun }).toEqual({ receipts: [receipt], isOfEarlierRun: true });
});

test("a block that failed and was edited since is stale, and its failure can still be read", () => {
  const failed = run("failed", part("failed", { failure, fingerprint: "one" }));
  const today = (fingerprint: string) => ({ ...counts("stale", ["its code changed"]), fingerprint });

  expect(factsOf(status(today("two"), null, failed), "b").look).toEqual({ status: "stale", reasons: ["changed since it failed: its code, its params or what it reads", "its code changed"], failure });
  expect(factsOf(status(today("one"), null, failed), "b").look).toEqual({ status: "failed", failure });
});

test("a block that failed stays failed when a later run leaves it out, skips it or is stopped before it", () => {
  const failed = run("failed", part("failed", { failure }));
  const elsewhere = run("done", { ...part("done"), id: "other" });
  const today = counts("stale", ["its code changed"]);

  const looks = [elsewhere, run("failed", part("skipped")), run("cancelled", part("cancelled"))].map(
    (last) => factsOf({ ...status(today, null, last), last_attempts: [failed] }, "b").look,
  );

  expect(looks).toEqual(Array(3).fill({ status: "failed", failure }));
});

test("a reused block shows the checks and the time of the result that it stands for", () => {
  const check = { name: "not_empty", passed: true, message: "" };
  const kept = { ...counts("fresh"), checks: [check], seconds: 2.5, run: "r0" };

  const { checks, tookS, run: logged } = factsOf(status(kept, null, run("done", part("reused", { ended_at: 100.1 }))), "b");

  expect({ checks, tookS, logged }).toEqual({ checks: [check], tookS: 2.5, logged: "r0" });
});

test("the line of a failure is the innermost one in the block's own file", () => {
  expect([failureLineIn(failure, "b.py"), failureLineIn(failure, "c.py")]).toEqual([7, null]);
});

test("a block that no status speaks of was never run", () => {
  expect(factsOf(null, "b").look).toEqual({ status: "never" });
});

test("what a block usually takes is told with its memory, if that is worth telling", () => {
  const usual = { seconds: 12, peak_memory_bytes: 800_000_000, runs: 5 };

  expect(usualText({ ...counts("fresh"), usual })).toBe("usually 12.0 s, 800 MB");
  expect(usualText({ ...counts("fresh"), usual: { ...usual, peak_memory_bytes: 4096 } })).toBe("usually 12.0 s");
  expect(usualText({ ...counts("fresh"), usual: { ...usual, peak_memory_bytes: null } })).toBe("usually 12.0 s");
  expect(usualText(counts("never"))).toBeNull();
});
