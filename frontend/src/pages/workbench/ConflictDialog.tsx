import { useMemo } from "react";
import { diffLines } from "../../model/diff";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";

interface ConflictDialogProps {
  readonly mine: string;
  readonly theirs: string;
  readonly path: string;
  readonly onClose: () => void;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

const SIGNS = { both: " ", mine: "+", theirs: "−" } as const;

/** Both versions of a file, line by line. */
export function ConflictDialog({ mine, theirs, path, onClose, onKeepMine, onTakeTheirs }: ConflictDialogProps) {
  const lines = useMemo(() => diffLines(mine, theirs), [mine, theirs]);
  return (
    <Dialog title={`Two versions of ${path}`} onClose={onClose} className="dialog-wide">
      <div className="dialog-body">
        <p>
          <span className="diff-key diff-mine">+ only in yours</span> <span className="diff-key diff-theirs">− only on disk</span>
        </p>
        <pre className="code diff" tabIndex={0} role="region" aria-label="Both versions">
          {lines.map((line, index) => (
            <span key={index} className={`diff-line diff-${line.side}`}>
              {SIGNS[line.side]} {line.text}
              {"\n"}
            </span>
          ))}
        </pre>
      </div>
      <div className="dialog-foot">
        <Button look="quiet" onClick={onClose}>
          Decide later
        </Button>
        <Button onClick={onTakeTheirs}>Take theirs</Button>
        <Button look="primary" onClick={onKeepMine}>
          Keep mine
        </Button>
      </div>
    </Dialog>
  );
}
