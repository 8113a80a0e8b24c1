import type { BlockRunView, RunView } from "../wire/schemas";
import type { BlockFacts, BlockLook } from "./look";
import { unreachable } from "./unreachable";

/** What is known of a block as a run left it, and of nothing after. */
export function factsOfRun(run: RunView, block: string): BlockFacts {
  const part = run.blocks.find((one) => one.id === block);
  if (part === undefined) return { ...NOTHING, look: { status: "skipped", because: "This run had no such block, or was not asked for it." }, run: null };
  const tookS = part.started_at === null || part.ended_at === null || part.state === "reused" ? null : part.ended_at - part.started_at;
  return { ...NOTHING, look: pastLook(part), outputs: part.outputs, checks: part.checks, receipts: part.receipts, run: run.id, tookS };
}

const NOTHING = { outputs: [], checks: [], receipts: [], tookS: null, freshness: null, isOfEarlierRun: false } as const;

/** How a block did in a run. */
export function pastLook(part: BlockRunView): BlockLook {
  switch (part.state) {
    case "done":
      return { status: "done" };
    case "reused":
      return { status: "reused", because: part.because };
    case "failed":
      return { status: "failed", failure: part.failure };
    case "skipped":
      return { status: "skipped", because: part.because };
    case "waiting":
      return { status: "waiting" };
    case "running":
      return { status: "running", startedAt: part.started_at ?? 0, progress: null };
    case "retrying":
      return { status: "retrying", attempt: part.attempt };
    case "cancelled":
      return { status: "cancelled" };
    case "unknown":
      return { status: "unknown" };
    default:
      return unreachable(part.state);
  }
}
