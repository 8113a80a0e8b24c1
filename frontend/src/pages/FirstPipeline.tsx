import { useState } from "react";
import { pipelinePath } from "../model/route";
import { goTo } from "../state/navigation";
import { tellFailure } from "../state/notices";
import { keys } from "../state/queries";
import type { World } from "../state/world";
import { Button } from "../ui/Button";
import { KindMark } from "../ui/Kind";

interface FirstPipelineProps {
  readonly world: World;
  readonly project: string;
  readonly onMake: () => void;
}

/** How a project without a pipeline begins: with the sample, or with an empty one. */
export function FirstPipeline({ world, project, onMake }: FirstPipelineProps) {
  const [isAsked, setAsked] = useState(false);
  const add = async () => {
    setAsked(true);
    try {
      const made = await world.client.addSample(project);
      void world.queries.invalidateQueries({ queryKey: keys.project(project) });
      goTo(pipelinePath(project, made.id));
    } catch (failed) {
      tellFailure("The sample was not added", failed);
      setAsked(false);
    }
  };
  return (
    <div className="panel first-pipeline">
      <h3>No pipeline yet</h3>
      <p>
        A pipeline says which blocks there are and what feeds what. Each block is a file of Python or SQL in this folder, and you see its whole output at once.
      </p>
      <ol className="first-steps">
        <li>
          <KindMark kind="loader" />
          <span>
            A <strong>loader</strong> brings data in.
          </span>
        </li>
        <li>
          <KindMark kind="transformer" />
          <span>
            <strong>Transformers</strong> make something of it.
          </span>
        </li>
        <li>
          <KindMark kind="exporter" />
          <span>
            An <strong>exporter</strong> writes it to a lake or a warehouse.
          </span>
        </li>
      </ol>
      <div className="row-of-buttons">
        <Button icon="play" look="primary" isDisabled={isAsked} onClick={() => void add()}>
          {isAsked ? "Adding…" : "Try the sample pipeline"}
        </Button>
        <Button icon="plus" onClick={onMake}>
          Make an empty one
        </Button>
      </div>
      <p className="muted">The sample is about flights from New York in January 2013. It adds seven small blocks and 0.5 MB of data to this folder, and needs no network.</p>
    </div>
  );
}
