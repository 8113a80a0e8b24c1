import { type SyntheticEvent, useState } from "react";
import { nameProblem } from "../model/edits";
import { pipelinePath } from "../model/route";
import { goTo } from "../state/navigation";
import { wordsOf } from "../state/notices";
import { keys } from "../state/queries";
import type { World } from "../state/world";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Note } from "../ui/Note";
import type { ProjectView } from "../wire/schemas";

interface NewPipelineDialogProps {
  readonly world: World;
  readonly project: ProjectView;
  readonly onClose: () => void;
}

export function NewPipelineDialog({ world, project, onClose }: NewPipelineDialogProps) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [failed, setFailed] = useState<string | null>(null);
  const problem = nameProblem(name, project.pipelines.map((pipeline) => pipeline.id));
  const make = async () => {
    try {
      const made = await world.client.newPipeline(project.id, { id: name, description });
      void world.queries.invalidateQueries({ queryKey: keys.project(project.id) });
      goTo(pipelinePath(project.id, made.id));
    } catch (refused) {
      setFailed(wordsOf(refused));
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem === null) void make();
  };
  return (
    <Dialog title="New pipeline" onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name" problem={name === "" ? null : problem}>
            {(field) => <input {...field} className="input" autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label="Description" hint="What it is for, in a line.">
            {(field) => <input {...field} className="input" value={description} onChange={(event) => setDescription(event.target.value)} />}
          </Field>
          {failed === null ? null : (
            <Note tone="bad" isLive>
              {failed}
            </Note>
          )}
        </div>
        <div className="dialog-foot">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={problem !== null}>
            Make pipeline
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
