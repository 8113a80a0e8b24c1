import { type SyntheticEvent, useState } from "react";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Moment } from "../../ui/Moment";
import type { GitStanding } from "../../wire/git";
import { useDesk } from "./desk";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/;

/** Switch to another branch, or begin one. What is not committed comes along, or Git refuses. */
export function BranchDialog({ standing, onClose }: { readonly standing: GitStanding; readonly onClose: () => void }) {
  const { desk } = useDesk();
  const [name, setName] = useState("");
  const isTaken = standing.branches.some((branch) => branch.name === name);
  const problem = name === "" ? null : isTaken ? `There is already a ${name}.` : NAME.test(name) ? null : "Use letters, digits and . _ / -, beginning with a letter.";
  const go = (branch: string, isNew: boolean) => {
    onClose();
    void desk.withGit("The branch was not switched", () => desk.git.switchTo(branch, isNew));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name !== "" && problem === null) go(name, true);
  };
  return (
    <Dialog title="Branches" onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="New branch" problem={problem} hint="Begins at the last commit; what is not committed comes along.">
            {(field) => (
              <span className="row-of-buttons">
                <input {...field} className="input mono" spellCheck={false} value={name} onChange={(event) => setName(event.target.value)} />
                <Button type="submit" isDisabled={name === "" || problem !== null}>
                  Begin
                </Button>
              </span>
            )}
          </Field>
          <ul className="branches" aria-label="Branches">
            {standing.branches.map((branch) => (
              <li key={branch.name}>
                <button type="button" className="git-open" disabled={branch.is_current} onClick={() => go(branch.name, false)}>
                  <Icon name={branch.is_current ? "check" : "branch"} />
                  <span className="search-path mono">{branch.name}</span>
                  <span className="muted">{branch.is_current ? "checked out" : <Moment at={branch.at} />}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      </form>
    </Dialog>
  );
}
