import { useState } from "react";
import { runPath } from "../../model/route";
import { newRunId } from "../../model/run_id";
import { goTo } from "../../state/navigation";
import { tellFailure } from "../../state/notices";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";

interface RunAgainProps {
  readonly world: World;
  readonly project: string;
  readonly run: string;
}

/** Does what a run did once more, and goes to the new one. */
export function RunAgain({ world, project, run }: RunAgainProps) {
  const [isAsked, setIsAsked] = useState(false);
  const again = async () => {
    setIsAsked(true);
    try {
      const started = await world.client.runAgain(project, run, newRunId());
      goTo(runPath(project, started.run));
    } catch (failed) {
      tellFailure("The run did not start", failed);
      setIsAsked(false);
    }
  };
  return (
    <Button
      icon="play"
      look="primary"
      title="A new run of the same blocks, with these params and this profile, and the code as it is now"
      isDisabled={isAsked}
      onClick={() => void again()}
    >
      Run again
    </Button>
  );
}
