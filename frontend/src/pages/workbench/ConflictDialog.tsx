import { useRef, useState } from "react";
import { MergeSides } from "../../editor/MergeSides";
import type { DraftFile } from "../../state/drafts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import type { FileView } from "../../wire/schemas";

interface ConflictDialogProps {
  readonly mine: string;
  readonly theirs: FileView;
  readonly file: DraftFile;
  readonly onClose: () => void;
}

/** Both versions of a file side by side; one's own can be edited, and pieces of the other taken over. */
export function ConflictDialog({ mine, theirs, file, onClose }: ConflictDialogProps) {
  // What it began with: the text behind it goes on changing while somebody merges here.
  const [begun] = useState(mine);
  const merged = useRef(begun);
  const [isEdited, setEdited] = useState(false);
  return (
    <Dialog title={`Two versions of ${file.path}`} onClose={onClose} className="dialog-wide dialog-merge">
      <div className="dialog-body">
        <div className="merge-heads" aria-hidden="true">
          <span>On disk</span>
          <span>Yours</span>
        </div>
        <MergeSides
          theirs={theirs.text}
          mine={begun}
          language={file.path.endsWith(".sql") ? "sql" : "python"}
          onType={(text) => {
            merged.current = text;
            setEdited(text !== begun);
            // Told at once: when the disk changes again, the next dialog begins with what was merged so far.
            file.type(text);
          }}
        />
        <p className="merge-words">The arrows between the two take a piece from the disk's version over into yours, which you can also edit here.</p>
      </div>
      <div className="dialog-foot">
        <Button look="quiet" onClick={onClose}>
          Decide later
        </Button>
        <Button onClick={() => file.takeTheirs()}>Take theirs</Button>
        <Button look="primary" onClick={() => file.merge(merged.current, theirs.etag)}>
          {isEdited ? "Save the merged text" : "Keep mine"}
        </Button>
      </div>
    </Dialog>
  );
}
