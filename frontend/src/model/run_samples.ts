import type { BlockRunView, RunView } from "../wire/schemas";

/** A block's part of a run, for tests. */
export function aPart(more: Partial<BlockRunView> = {}): BlockRunView {
  return {
    id: "b", state: "done", attempt: 1, started_at: null, ended_at: null, outputs: [], receipts: [], checks: [], failure: null,
    because: "", fingerprint: null, usage: null, earlier: [], item: null, ...more,
  };
}

/** A run, for tests. */
export function aRun(more: Partial<RunView> = {}): RunView {
  return {
    id: "r", pipeline: "p", state: "done", trigger: "schedule", profile: "local", started_at: 100, ended_at: 200, logical_date: null,
    snapshot: "", is_pinned: false, has_outputs: true, pauses: [], seconds: null, params: {}, blocks: [], ...more,
  };
}
