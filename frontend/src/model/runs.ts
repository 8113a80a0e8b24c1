import type { RunSummary } from "../wire/schemas";

const LABELS: Readonly<Record<RunSummary["state"], string>> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Stopped",
};

export function runLabel(state: RunSummary["state"]): string {
  return LABELS[state];
}

export function runSeconds(run: RunSummary): number | null {
  return run.ended_at === null ? null : run.ended_at - run.started_at;
}

const LOWEST_PX = 6;
const HIGHEST_PX = 20;

/** How high each run's bar is: by its share of the longest. */
export function stripHeights(runs: readonly RunSummary[]): readonly number[] {
  const longest = Math.max(0.001, ...runs.map((run) => runSeconds(run) ?? 0));
  return runs.map((run) => Math.round(LOWEST_PX + ((HIGHEST_PX - LOWEST_PX) * (runSeconds(run) ?? longest)) / longest));
}
