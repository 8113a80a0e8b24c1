import { useState } from "react";
import { firstFailed } from "../../model/runs";
import { runQuery } from "../../state/queries";
import { tellFailure } from "../../state/notices";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import type { RunView } from "../../wire/schemas";

interface ResumeRunProps {
  readonly world: World;
  readonly project: string;
  readonly run: RunView;
}

/** Takes a run up again: what did not succeed, and what follows it. */
export function ResumeRun({ world, project, run }: ResumeRunProps) {
  const [isAsked, setIsAsked] = useState(false);
  const resume = async () => {
    setIsAsked(true);
    try {
      const going = await world.client.resumeRun(project, run.id);
      world.queries.setQueryData(runQuery(world.client, project, run.id).queryKey, going);
    } catch (failed) {
      tellFailure("The run could not be resumed", failed);
    } finally {
      setIsAsked(false);
    }
  };
  const failed = firstFailed(run);
  return (
    <Button icon="retrying" title="Do again what did not succeed and what follows it, with the code of this run" isDisabled={isAsked} onClick={() => void resume()}>
      {failed === null ? "Resume" : `Resume from ${failed}`}
    </Button>
  );
}
