import { expect, test } from "vitest";
import type { PipelineStatus, RunView } from "../wire/schemas";
import { Meanwhile } from "./meanwhile";

const run: RunView = { id: "r1", pipeline: "p", state: "running", trigger: "manual", profile: "local", started_at: 1, ended_at: null, params: {}, logical_date: null, snapshot: "", is_pinned: false, has_outputs: true, pauses: [], seconds: null, blocks: [] };
const status: PipelineStatus = { pipeline: "p", problem: null, blocks: [], active_run: null, last_run: null, last_attempts: [] };

test("an answer that was given before something happened does not take it back", async () => {
  const meanwhile = new Meanwhile();

  const found = await meanwhile.during(() => {
    meanwhile.note({ type: "run_changed", project: "x", run });
    return Promise.resolve(status);
  });

  expect(found.active_run).toEqual(run);
});
