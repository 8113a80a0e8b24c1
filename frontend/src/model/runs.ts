import type { RunSummary, RunView } from "../wire/schemas";

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

/** Whether a run ended well without running anything. */
export function foundNothingToDo(run: RunView): boolean {
  return run.state === "done" && run.blocks.length > 0 && run.blocks.every((part) => part.state === "reused");
}

/** Whether a run left something to be done: it failed, or was stopped. */
export function isResumable(run: RunView): boolean {
  return run.state === "failed" || run.state === "cancelled";
}

/** The first block of a run that failed. */
export function firstFailed(run: RunView): string | null {
  return run.blocks.find((part) => part.state === "failed")?.id ?? null;
}

/** How high each run's bar is: by its share of the longest. */
export function stripHeights(runs: readonly RunSummary[]): readonly number[] {
  const longest = Math.max(0.001, ...runs.map((run) => runSeconds(run) ?? 0));
  return runs.map((run) => Math.round(LOWEST_PX + ((HIGHEST_PX - LOWEST_PX) * (runSeconds(run) ?? longest)) / longest));
}
