import { type SyntheticEvent, useState } from "react";
import { joined, nameOf, pathProblem } from "../../model/file_tree";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { useDesk } from "./desk";

export type Naming =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "move"; readonly path: string };

interface NameDialogProps {
  readonly naming: Naming;
  readonly taken: ReadonlySet<string>;
  readonly onClose: () => void;
}

/** Asks for the path of a new file or folder, or the new one of another. */
export function NameDialog({ naming, taken, onClose }: NameDialogProps) {
  const { desk } = useDesk();
  const [path, setPath] = useState(naming.kind === "move" ? naming.path : naming.folder === "" ? "" : joined(naming.folder, ""));
  const isSame = naming.kind === "move" && path === naming.path;
  const problem = isSame ? null : pathProblem(path, taken);
  const title = { file: "New file", folder: "New folder", move: `Rename ${naming.kind === "move" ? nameOf(naming.path) : ""}` }[naming.kind];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem !== null || isSame) return;
    onClose();
    if (naming.kind === "move") void desk.edit({ op: "move", path: naming.path, to: path });
    else if (naming.kind === "file") void desk.make(path);
    else void desk.edit({ op: "make_folder", path });
  };
  return (
    <Dialog title={title} onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Path" problem={path === "" || path.endsWith("/") ? null : problem} hint="From the project's folder. Folders that are not there yet are made.">
            {(field) => <input {...field} className="input mono" autoFocus spellCheck={false} value={path} onChange={(event) => setPath(event.target.value)} />}
          </Field>
        </div>
        <div className="dialog-foot">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={problem !== null || isSame}>
            {naming.kind === "move" ? "Rename" : "Make"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
