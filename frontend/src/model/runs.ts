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

/** How long a run was driven: the times in which it lay still before it was resumed do not count. */
export function runSeconds(run: RunSummary): number | null {
  return run.seconds;
}

/** For how long nobody drove a run, between its ends and its being resumed. */
export function idleSeconds(run: RunSummary): number {
  return run.pauses.reduce((sum, pause) => sum + pause.ended_at - pause.began_at, 0);
}

/** How long a run was driven, until now while it goes on. */
export function drivenSeconds(run: RunSummary, now: number): number {
  return run.seconds ?? Math.max(0, now - run.started_at - idleSeconds(run));
}

/** What the last attempts of a run's blocks took together, and the most memory that one of them took; null where nobody measured. */
export function resourcesOf(run: RunView): { readonly cpuS: number | null; readonly peakBytes: number | null } {
  const used = run.blocks.flatMap((part) => (part.usage === null ? [] : [part.usage]));
  const peaks = used.flatMap((usage) => (usage.peak_memory_bytes === null ? [] : [usage.peak_memory_bytes]));
  return {
    cpuS: used.length === 0 ? null : used.reduce((sum, usage) => sum + usage.cpu_s, 0),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
  };
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
