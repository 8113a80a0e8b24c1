import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Note } from "../ui/Note";
import type { Schemas } from "../wire/schemas";

interface ImportedDialogProps {
  readonly imported: Schemas["NotebookImported"];
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** What somebody should know of the pipeline that their notebook became. */
export function ImportedDialog({ imported, onOpen, onClose }: ImportedDialogProps) {
  const { warnings } = imported;
  return (
    <Dialog title={`${imported.pipeline} is made`} onClose={onClose} className="dialog-narrow">
      <div className="dialog-body">
        <p>{warnings.length === 1 ? "One thing of the notebook is not as it was:" : `${warnings.length} things of the notebook are not as they were:`}</p>
        <Note tone="warn">
          <ul className="plain-list">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Note>
      </div>
      <div className="dialog-foot">
        <Button look="primary" onClick={onOpen}>
          Open pipeline
        </Button>
      </div>
    </Dialog>
  );
}
