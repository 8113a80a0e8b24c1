import { type SyntheticEvent, useState } from "react";
import { nameProblem } from "../../model/edits";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import type { BlockView } from "../../wire/schemas";
import { useBench } from "./bench";

interface RenameDialogProps {
  readonly block: BlockView;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

export function RenameDialog({ block, taken, onClose }: RenameDialogProps) {
  const { workbench } = useBench();
  const [name, setName] = useState(block.id);
  const problem = nameProblem(name, taken.filter((id) => id !== block.id));
  const rename = async () => {
    if (name === block.id || (await workbench.edit({ op: "rename_block", block: block.id, to: name }))) onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem === null) void rename();
  };
  return (
    <Dialog title={`Rename ${block.id}`} onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name" problem={problem} hint={`Its file stays ${block.file}.`}>
            {(field) => <input {...field} className="input mono" autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
        </div>
        <div className="dialog-foot">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={problem !== null}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
