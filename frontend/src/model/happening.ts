import type { BlockRunView, Happening, PipelineStatus, RunView } from "../wire/schemas";

/** Return a pipeline's status as something that happened leaves it; the same value where it does not touch it. */
export function happened(status: PipelineStatus, what: Happening): PipelineStatus {
  switch (what.type) {
    case "run_changed":
      return what.run.pipeline === status.pipeline ? withRun(status, what.run) : status;
    case "block_changed":
      return what.pipeline === status.pipeline ? withPart(status, what.run, what.block) : status;
    case "status_changed":
    case "pipeline_changed":
    case "file_changed":
    case "schedule_changed":
    case "progress":
    case "log":
      return status;
  }
}

/** Return a run as something that happened leaves it. */
export function happenedTo(run: RunView, what: Happening): RunView {
  if (what.type === "run_changed") return what.run.id === run.id ? what.run : run;
  return what.type === "block_changed" ? (withPartOf(run, what.run, what.block) ?? run) : run;
}

function withRun(status: PipelineStatus, run: RunView): PipelineStatus {
  if (run.state === "running") return { ...status, active_run: run };
  const active = status.active_run?.id === run.id ? null : status.active_run;
  const isNewest = status.last_run === null || run.started_at >= status.last_run.started_at;
  return { ...status, active_run: active, last_run: isNewest ? run : status.last_run };
}

function withPart(status: PipelineStatus, run: string, part: BlockRunView): PipelineStatus {
  return {
    ...status,
    active_run: withPartOf(status.active_run, run, part),
    last_run: withPartOf(status.last_run, run, part),
  };
}

function withPartOf(run: RunView | null, id: string, part: BlockRunView): RunView | null {
  if (run?.id !== id) return run;
  const isKnown = run.blocks.some((one) => one.id === part.id);
  const blocks = isKnown ? run.blocks.map((one) => (one.id === part.id ? part : one)) : [...run.blocks, part];
  return { ...run, blocks };
}
