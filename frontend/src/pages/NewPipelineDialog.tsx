import { type SyntheticEvent, useState } from "react";
import { freeName, nameProblem } from "../model/edits";
import { pipelinePath } from "../model/route";
import { goTo } from "../state/navigation";
import { wordsOf } from "../state/notices";
import { keys } from "../state/queries";
import type { World } from "../state/world";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Note } from "../ui/Note";
import type { ProjectView, Schemas } from "../wire/schemas";
import { ImportedDialog } from "./ImportedDialog";

type Imported = Schemas["NotebookImported"];

interface NewPipelineDialogProps {
  readonly world: World;
  readonly project: ProjectView;
  readonly onClose: () => void;
}

export function NewPipelineDialog({ world, project, onClose }: NewPipelineDialogProps) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [notebook, setNotebook] = useState<File | null>(null);
  const [imported, setImported] = useState<Imported | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const taken = project.pipelines.map((pipeline) => pipeline.id);
  const problem = nameProblem(name, taken);
  const open = (pipeline: string) => goTo(pipelinePath(project.id, pipeline));
  const make = async () => {
    try {
      if (notebook === null) {
        const made = await world.client.newPipeline(project.id, { id: name, description });
        open(made.id);
      } else {
        const made = await world.client.importNotebook(project.id, { file: notebook.name, content: await notebook.text(), name });
        if (made.warnings.length === 0) open(made.pipeline);
        else setImported(made);
      }
      void world.queries.invalidateQueries({ queryKey: keys.project(project.id) });
    } catch (refused) {
      setFailed(wordsOf(refused));
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem === null) void make();
  };
  const choose = (chosen: File | null) => {
    setNotebook(chosen);
    setFailed(null);
    if (chosen !== null && name === "") setName(freeName(chosen.name.replace(/\.ipynb$/u, ""), taken));
  };
  if (imported !== null) return <ImportedDialog imported={imported} onOpen={() => open(imported.pipeline)} onClose={onClose} />;
  return (
    <Dialog title="New pipeline" onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name" problem={name === "" ? null : problem}>
            {(field) => <input {...field} className="input" autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          {notebook === null ? (
            <Field label="Description" hint="What it is for, in a line.">
              {(field) => <input {...field} className="input" value={description} onChange={(event) => setDescription(event.target.value)} />}
            </Field>
          ) : null}
          <Field label="From a notebook" hint="A Jupyter notebook: its cells become blocks, and the graph comes from the names they use.">
            {(field) => (
              <input {...field} className="input" type="file" accept=".ipynb,application/x-ipynb+json" onChange={(event) => choose(event.target.files?.[0] ?? null)} />
            )}
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
            {notebook === null ? "Make pipeline" : "Import notebook"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
