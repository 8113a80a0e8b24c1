import { useState } from "react";
import { runQuery } from "../../state/queries";
import { tellFailure } from "../../state/notices";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import type { RunView } from "../../wire/schemas";

interface KeepRunProps {
  readonly world: World;
  readonly project: string;
  readonly run: RunView;
}

/** Keeps a run whatever the project's limits say, or no longer. */
export function KeepRun({ world, project, run }: KeepRunProps) {
  const [isAsked, setIsAsked] = useState(false);
  const keep = async () => {
    setIsAsked(true);
    try {
      const kept = await world.client.keepRun(project, run.id, !run.is_pinned);
      world.queries.setQueryData(runQuery(world.client, project, run.id).queryKey, kept);
    } catch (failed) {
      tellFailure(run.is_pinned ? "The run is still kept" : "The run could not be kept", failed);
    } finally {
      setIsAsked(false);
    }
  };
  return (
    <Button title={titleOf(run)} isDisabled={isAsked} onClick={() => void keep()}>
      {run.is_pinned ? "Keep no longer" : "Keep this run"}
    </Button>
  );
}

function titleOf(run: RunView): string {
  if (run.is_pinned) return "Treat it like any other run again";
  const outputs = run.has_outputs ? "and its outputs" : "(its outputs are gone already)";
  return `Keep its history ${outputs}, whatever the project's limits say`;
}
