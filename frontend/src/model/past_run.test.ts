import { expect, test } from "vitest";
import { factsOfRun } from "./past_run";
import { aPart, aRun } from "./run_samples";

test("a block is shown as the run left it, whatever came after", () => {
  const run = aRun({ id: "night", blocks: [aPart({ id: "load", started_at: 1, ended_at: 3 })] });

  expect(factsOfRun(run, "load")).toMatchObject({ look: { status: "done" }, run: "night", tookS: 2, freshness: null });
});

test("a block that a run did not have says so", () => {
  expect(factsOfRun(aRun(), "later").look).toMatchObject({ status: "skipped" });
});
