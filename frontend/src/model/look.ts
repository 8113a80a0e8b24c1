import type { BlockEffect } from "./effect";
import type { BlockRunView, CheckView, FailureView, FreshnessView, OutputView, PipelineStatus, ReceiptView, RunView } from "../wire/schemas";
import { duration, plural, size } from "./format";
import { unreachable } from "./unreachable";

/** How a block stands, as one thing: what it is doing if a run has hold of it, else whether its output counts. */
export type BlockLook =
  | { readonly status: "never" }
  | { readonly status: "fresh"; readonly madeAt: number | null }
  /** With `failure` where its newest attempt failed, before what it depends on was changed. */
  | { readonly status: "stale"; readonly reasons: readonly string[]; readonly failure: FailureView | null }
  /** In a run of the past: it ran, or a stored output was taken. */
  | { readonly status: "done" }
  | { readonly status: "reused"; readonly because: string }
  | { readonly status: "waiting" }
  | { readonly status: "running"; readonly startedAt: number; readonly progress: Progress | null }
  | { readonly status: "retrying"; readonly attempt: number }
  | { readonly status: "failed"; readonly failure: FailureView | null }
  | { readonly status: "skipped"; readonly because: string }
  | { readonly status: "cancelled" }
  | { readonly status: "unknown" };

export type LookStatus = BlockLook["status"];

export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

/** What is known of one block of a pipeline. */
export interface BlockFacts {
  readonly look: BlockLook;
  readonly outputs: readonly OutputView[];
  readonly checks: readonly CheckView[];
  readonly receipts: readonly ReceiptView[];
  /** The run whose log tells of the block: the one that made its output, or its newest attempt. */
  readonly run: string | null;
  readonly tookS: number | null;
  readonly freshness: FreshnessView | null;
  /** Whether the newest attempt failed, and what is shown below it was made by a run before. */
  readonly isOfEarlierRun: boolean;
  /** What an edit that is not run yet would make of it. */
  readonly effect?: BlockEffect | null;
}

const WORTH_TELLING_BYTES = 10_000_000;

const NOTHING_KNOWN: BlockFacts = {
  look: { status: "never" },
  outputs: [],
  checks: [],
  receipts: [],
  run: null,
  tookS: null,
  freshness: null,
  isOfEarlierRun: false,
};

/** Gather what a pipeline's status says of a block. */
export function factsOf(
  status: PipelineStatus | null,
  block: string,
  progress: Progress | null = null,
): BlockFacts {
  if (status === null) return NOTHING_KNOWN;
  const freshness = status.blocks.find((one) => one.id === block) ?? null;
  const active = partIn(status.active_run, block);
  const run = active === null ? lastRunOf(status, block) : status.active_run;
  const found = active ?? partIn(run, block);
  const made = madeBy(freshness, found);
  const look = lookOf(freshness, active, found, progress);
  const outputs = outputsOf(freshness, found);
  const kept = look.status === "failed" && freshness?.freshness === "fresh" ? freshness.receipts : [];
  return {
    look,
    outputs,
    checks: made?.checks ?? [],
    receipts: kept.length > 0 ? kept : (made?.receipts ?? []),
    run: made === freshness || found?.state === "reused" ? (freshness?.run ?? run?.id ?? null) : (run?.id ?? null),
    tookS: tookOf(freshness, found),
    freshness,
    isOfEarlierRun: look.status === "failed" && outputs.length + kept.length > 0,
  };
}

/** What speaks for the block: an attempt of the run that is at hand, unless an output counts or it did not come to one. */
function madeBy(freshness: FreshnessView | null, part: BlockRunView | null): FreshnessView | BlockRunView | null {
  if (part === null) return freshness;
  if (freshness === null) return part;
  switch (part.state) {
    case "running":
    case "retrying":
      return part;
    case "failed":
    case "unknown":
      return isNewest(part, freshness) ? part : freshness;
    case "done":
    case "cancelled":
      return freshness.freshness === "fresh" || (part.ended_at ?? 0) < (freshness.made_at ?? 0) ? freshness : part;
    case "waiting":
    case "reused":
    case "skipped":
      return freshness;
    default:
      return unreachable(part.state);
  }
}

/** Whether an attempt that came to nothing is of now: later than the result there is, and of what the block depends on today. */
function isNewest(part: BlockRunView, freshness: FreshnessView | null): boolean {
  if (freshness?.freshness === "fresh" && isEditedSince(part, freshness)) return false;
  return (part.ended_at ?? part.started_at ?? 0) >= (freshness?.made_at ?? 0);
}

/** The run that says how a block did last: not one that left it out, skipped it or was stopped before it came to it. */
function lastRunOf(status: PipelineStatus, block: string): RunView | null {
  const part = partIn(status.last_run, block);
  if (part !== null && part.state !== "skipped" && part.state !== "cancelled") return status.last_run;
  return status.last_attempts.find((run) => partIn(run, block) !== null) ?? status.last_run;
}

function partIn(run: RunView | null, block: string): BlockRunView | null {
  return run?.blocks.find((part) => part.id === block) ?? null;
}

/** Say what a block usually takes, for hover and beside one that runs; a memory that nobody would miss is left out. */
export function usualText(freshness: FreshnessView | null): string | null {
  const usual = freshness?.usual ?? null;
  if (usual === null) return null;
  const memory = usual.peak_memory_bytes ?? 0;
  return `usually ${duration(usual.seconds)}${memory < WORTH_TELLING_BYTES ? "" : `, ${size(memory)}`}`;
}

/** Say what the last run took, and what is usual, in a tooltip. */
export function tookTitle(facts: BlockFacts): string {
  const usual = usualText(facts.freshness);
  return usual === null ? "Time of the last run" : `Time of the last run; ${usual}`;
}

function tookOf(freshness: FreshnessView | null, part: BlockRunView | null): number | null {
  const made = madeBy(freshness, part);
  if (made === null || "freshness" in made) return freshness?.seconds ?? (freshness?.freshness === "fresh" ? spanOf(part) : null);
  return spanOf(made);
}

function spanOf(part: BlockRunView | null): number | null {
  if (part === null || part.started_at === null || part.ended_at === null || part.state !== "done") return null;
  return part.ended_at - part.started_at;
}

function outputsOf(freshness: FreshnessView | null, part: BlockRunView | null): readonly OutputView[] {
  if (part !== null && part.state === "done" && part.outputs.length > 0 && freshness?.freshness !== "fresh") {
    return freshness?.outputs.length ? newest(freshness, part) : part.outputs;
  }
  return freshness?.outputs ?? [];
}

function newest(freshness: FreshnessView, part: BlockRunView): readonly OutputView[] {
  const isPartNewer = (part.ended_at ?? 0) >= (freshness.made_at ?? 0);
  return isPartNewer ? part.outputs : freshness.outputs;
}

function lookOf(
  freshness: FreshnessView | null,
  active: BlockRunView | null,
  latest: BlockRunView | null,
  progress: Progress | null,
): BlockLook {
  if (active !== null) {
    const doing = doingOf(active, progress);
    if (doing?.status === "failed" && isEditedSince(active, freshness)) return editedSince(active, countsOf(freshness));
    if (doing !== null) return doing;
    return { status: "fresh", madeAt: active.ended_at };
  }
  const counts = countsOf(freshness);
  if (latest === null || !isNewest(latest, freshness)) return counts;
  if (latest.state === "failed") {
    return isEditedSince(latest, freshness) ? editedSince(latest, counts) : { status: "failed", failure: latest.failure };
  }
  return latest.state === "unknown" ? { status: "unknown" } : counts;
}

/** Whether what a failed attempt depended on is not what the block depends on today. */
function isEditedSince(failed: BlockRunView, freshness: FreshnessView | null): boolean {
  const today = freshness?.fingerprint ?? null;
  return failed.fingerprint !== null && today !== null && failed.fingerprint !== today;
}

function editedSince(failed: BlockRunView, counts: BlockLook): BlockLook {
  const reasons = counts.status === "stale" ? counts.reasons : [];
  return { status: "stale", reasons: ["changed since it failed: its code, its params or what it reads", ...reasons], failure: failed.failure };
}

/** What a run is doing with a block; null once the block succeeded. */
function doingOf(part: BlockRunView, progress: Progress | null): BlockLook | null {
  switch (part.state) {
    case "waiting":
      return { status: "waiting" };
    case "running":
      return { status: "running", startedAt: part.started_at ?? 0, progress };
    case "retrying":
      return { status: "retrying", attempt: part.attempt };
    case "failed":
      return { status: "failed", failure: part.failure };
    case "skipped":
      return { status: "skipped", because: part.because };
    case "cancelled":
      return { status: "cancelled" };
    case "unknown":
      return { status: "unknown" };
    case "done":
    case "reused":
      return null;
    default:
      return unreachable(part.state);
  }
}

function countsOf(freshness: FreshnessView | null): BlockLook {
  if (freshness === null) return { status: "never" };
  switch (freshness.freshness) {
    case "fresh":
      return { status: "fresh", madeAt: freshness.made_at };
    case "stale":
      return { status: "stale", reasons: freshness.reasons.map((reason) => reason.sentence), failure: null };
    case "never":
      return { status: "never" };
    default:
      return unreachable(freshness.freshness);
  }
}

/** Say in a word or two how a block stands. Time is in seconds since the epoch. */
export function headline(look: BlockLook, now: number): string {
  switch (look.status) {
    case "never":
      return "Not run yet";
    case "fresh":
      return "Fresh";
    case "stale":
      return "Stale";
    case "done":
      return "Done";
    case "reused":
      return "Reused";
    case "waiting":
      return "Waiting";
    case "running":
      return runningHeadline(look, now);
    case "retrying":
      return `Retrying, attempt ${look.attempt + 1}`;
    case "failed":
      return "Failed";
    case "skipped":
      return "Skipped";
    case "cancelled":
      return "Stopped";
    case "unknown":
      return "Unknown";
    default:
      return unreachable(look);
  }
}

function runningHeadline(look: Extract<BlockLook, { status: "running" }>, now: number): string {
  const elapsed = `Running ${duration(Math.max(0, Math.floor(now - look.startedAt)))}`.replace("Running 0 ms", "Running");
  if (look.progress === null) return elapsed;
  const { done, total } = look.progress;
  return total === null ? `${elapsed} · ${plural(done, "step")}` : `${elapsed} · ${Math.floor((100 * done) / Math.max(1, total))} %`;
}

/** Say why a block stands as it does, in sentences for hover and focus; empty when there is nothing to add. */
export function explanation(look: BlockLook): readonly string[] {
  switch (look.status) {
    case "stale":
      return look.reasons;
    case "failed":
      return look.failure === null ? [] : [failureLine(look.failure)];
    case "skipped":
    case "reused":
      return look.because === "" ? [] : [look.because];
    case "unknown":
      return ["Nobody knows whether it took effect. Look at the target before running it again."];
    case "never":
      return ["It has no output yet. Run it to see one."];
    case "fresh":
    case "done":
    case "waiting":
    case "running":
    case "retrying":
    case "cancelled":
      return [];
    default:
      return unreachable(look);
  }
}

export function failureLine(failure: FailureView): string {
  return failure.exception === "" ? failure.message : `${failure.exception}: ${failure.message}`;
}

export function isAtWork(look: BlockLook): boolean {
  return look.status === "running" || look.status === "retrying" || look.status === "waiting";
}

/** The line of a file at which a failure happened: the innermost frame in that file. Counts from 1. */
export function failureLineIn(failure: FailureView, file: string): number | null {
  return failure.frames.findLast((frame) => frame.file === file)?.line ?? null;
}
