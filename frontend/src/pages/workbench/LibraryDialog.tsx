import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useMemo, useState } from "react";
import { freeName, nameProblem } from "../../model/edits";
import type { Edge } from "../../model/graph";
import { addEdit } from "../../model/graph_edits";
import { editFor, type Choice, choicesOf, found, nameOf } from "../../model/library";
import { libraryQuery } from "../../state/queries";
import { Button } from "../../ui/Button";
import { Code } from "../../ui/Code";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { KindMark, kindLabel } from "../../ui/Kind";
import { Empty, Note } from "../../ui/Note";
import type { PipelineView } from "../../wire/schemas";
import { useBench } from "./bench";

interface LibraryDialogProps {
  readonly view: PipelineView;
  readonly upstream: string | null;
  /** The connection that the block goes into, if it is to. */
  readonly into: Edge | null;
  readonly onClose: () => void;
}

/** Choose a ready-made or an empty block; then only its name and upstreams are asked for. */
export function LibraryDialog({ view, upstream, into, onClose }: LibraryDialogProps) {
  const { world } = useBench();
  const library = useQuery(libraryQuery(world.client));
  const [search, setSearch] = useState("");
  const [picked, setPicked] = useState<string | null>(null);
  const choices = useMemo(() => found(choicesOf(library.data?.blocks ?? []), search), [library.data, search]);
  const chosen = choices.find((choice) => choice.key === picked) ?? choices[0] ?? null;
  return (
    <Dialog title={into === null ? "Add a block" : `Add a block between ${into.upstream} and ${into.downstream}`} onClose={onClose} className="dialog-wide dialog-library">
      <div className="library">
        <div className="library-side">
          <input
            className="input"
            type="search"
            aria-label="Search blocks"
            placeholder="Search blocks"
            autoFocus
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") document.querySelector<HTMLFormElement>("form.library-main")?.requestSubmit();
            }}
          />
          {library.isError ? <Note tone="bad">The library could not be read: {library.error.message}</Note> : null}
          <ul className="library-list" aria-label="Blocks">
            {choices.map((choice) => (
              <li key={choice.key}>
                <button type="button" className="library-item" aria-pressed={choice === chosen} onClick={() => setPicked(choice.key)}>
                  <KindMark kind={choice.kind} />
                  <span>
                    <strong>{choice.title}</strong>
                    <span className="muted">{choice.description}</span>
                  </span>
                </button>
              </li>
            ))}
            {choices.length === 0 && !library.isPending ? <Empty title="No block is like that" /> : null}
          </ul>
        </div>
        {chosen === null ? <div className="library-main" /> : <Chosen key={chosen.key} choice={chosen} view={view} upstream={into?.upstream ?? upstream} into={into} onClose={onClose} />}
      </div>
    </Dialog>
  );
}

interface ChosenProps {
  readonly choice: Choice;
  readonly view: PipelineView;
  readonly upstream: string | null;
  readonly into: Edge | null;
  readonly onClose: () => void;
}

function Chosen({ choice, view, upstream, into, onClose }: ChosenProps) {
  const { workbench } = useBench();
  const taken = view.blocks.map((block) => block.id);
  const givers = view.blocks.filter((block) => block.kind !== "exporter" && block.kind !== "note").map((block) => block.id);
  const takesInputs = choice.kind !== "loader" && choice.kind !== "note";
  const [name, setName] = useState(() => freeName(nameOf(choice), taken));
  const [upstreams, setUpstreams] = useState<readonly string[]>(() =>
    takesInputs && upstream !== null && givers.includes(upstream) ? [upstream] : [],
  );
  const problem = nameProblem(name, taken);
  const add = async () => {
    const isBetween = into !== null && upstreams.includes(into.upstream) && choice.kind !== "exporter";
    if (!(await workbench.edit(addEdit(editFor(choice, name, upstreams), { into: isBetween ? into : null, spot: null }, view.blocks)))) return;
    workbench.select(name);
    onClose();
    requestAnimationFrame(() => document.getElementById(`card-${name}`)?.scrollIntoView({ block: "start" }));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem === null) void add();
  };
  const toggle = (id: string) => setUpstreams(upstreams.includes(id) ? upstreams.filter((one) => one !== id) : [...upstreams, id]);
  return (
    <form className="library-main" onSubmit={submit}>
      <div className="library-about">
        <h3>{choice.title}</h3>
        <p className="muted">
          {kindLabel(choice.kind)} · {choice.language === "sql" ? "SQL" : "Python"}
        </p>
      </div>
      {choice.text === "" ? (
        <div className="library-blank">
          <Empty title="An empty block">
            <p>{choice.description}</p>
          </Empty>
        </div>
      ) : (
        <Code text={choice.text} name={`Code of ${choice.title}`} />
      )}
      <div className="library-fields">
        <Field label="Name" problem={problem}>
          {(field) => <input {...field} className="input mono" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        {takesInputs && givers.length > 0 ? (
          <fieldset className="upstreams">
            <legend className="field-label">Reads from, in this order</legend>
            {givers.map((id) => (
              <label key={id} className="upstream-choice">
                <input type="checkbox" checked={upstreams.includes(id)} onChange={() => toggle(id)} />
                <span className="mono">{id}</span>
                {upstreams.length > 1 && upstreams.includes(id) ? <span className="tab-mark">{upstreams.indexOf(id) + 1}</span> : null}
              </label>
            ))}
          </fieldset>
        ) : null}
        <div className="row-of-buttons">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={problem !== null}>
            Add block
          </Button>
        </div>
      </div>
    </form>
  );
}
