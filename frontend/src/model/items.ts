import type { PipelineStatus, RunView } from "../wire/schemas";

/** How many of a mapped block's items have ended, of all that there are. */
export interface ItemCount {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

/** Count the items of each mapped block in the run that goes on, or in the last one. */
export function itemCounts(status: PipelineStatus | null): ReadonlyMap<string, ItemCount> {
  const run = status?.active_run ?? status?.last_run ?? null;
  return run === null ? new Map() : counted(run);
}

function counted(run: RunView): ReadonlyMap<string, ItemCount> {
  const counts = new Map<string, ItemCount>();
  for (const part of run.blocks) {
    const [block, item] = part.id.split("-");
    if (block === undefined || item === undefined) continue;
    const known = counts.get(block) ?? { done: 0, total: 0, failed: 0 };
    const isFailed = part.state === "failed";
    const isEnded = isFailed || part.state === "done" || part.state === "reused";
    counts.set(block, { done: known.done + Number(isEnded), total: known.total + 1, failed: known.failed + Number(isFailed) });
  }
  return counts;
}
