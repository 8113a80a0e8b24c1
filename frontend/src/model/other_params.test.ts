import { expect, test } from "vitest";
import type { PipelineParamView } from "../wire/schemas";
import { otherThanNow } from "./other_params";
import { aRun } from "./run_samples";

const month: PipelineParamView = { name: "month", type: "date", default: "2024-01-01", choices: [], description: "", required: false };

test("a run with other params or another profile than those looked at says which", () => {
  const run = aRun({ profile: "gcp", params: { month: "2024-02-01" } });

  expect(otherThanNow(run, [month], { profile: "local", params: {} })).toEqual(["profile=gcp", "month=2024-02-01"]);
  expect(otherThanNow(run, [month], { profile: null, params: { month: "2024-02-01" } })).toEqual([]);
  expect(otherThanNow(run, [], { profile: "gcp", params: {} })).toEqual([]);
});
