import { useState } from "react";
import { tellFailure } from "../../state/notices";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import { hasStatus } from "../../wire/failure";

interface StopRunProps {
  readonly world: World;
  readonly project: string;
  readonly run: string;
}

/** Ends a run that goes on. */
export function StopRun({ world, project, run }: StopRunProps) {
  const [isAsked, setIsAsked] = useState(false);
  const stop = async () => {
    setIsAsked(true);
    try {
      await world.client.stopRun(project, run);
    } catch (failed) {
      if (!hasStatus(failed, 409)) tellFailure("The run could not be stopped", failed);
      setIsAsked(false);
    }
  };
  return (
    <Button icon="stop" look="danger" isDisabled={isAsked} onClick={() => void stop()}>
      {isAsked ? "Stopping…" : "Stop"}
    </Button>
  );
}
