import { lazy, Suspense, useState } from "react";
import type { Draft } from "../../model/draft";
import type { DraftFile } from "../../state/drafts";
import { Button } from "../../ui/Button";
import { Note } from "../../ui/Note";

const ConflictDialog = lazy(async () => ({ default: (await import("./ConflictDialog")).ConflictDialog }));

interface DraftNoteProps {
  readonly draft: Draft;
  readonly file: DraftFile;
}

/** Says above an editor that its text is not what is on disk, and what can be done. */
export function DraftNote({ draft, file }: DraftNoteProps) {
  const [isComparing, setComparing] = useState(false);
  if (draft.status === "unsaved") {
    return (
      <Note tone="bad" isLive>
        Not saved: {draft.problem} <Button onClick={() => void file.save()}>Save again</Button>
      </Note>
    );
  }
  if (draft.status !== "conflict") return null;
  return (
    <Note tone="warn" isLive>
      <p>
        <strong>{file.path}</strong> changed on disk while you were editing it. Nothing was overwritten.
      </p>
      <p className="row-of-buttons">
        <Button onClick={() => setComparing(true)}>Compare</Button>
        <Button onClick={() => file.keepMine()}>Keep mine</Button>
        <Button onClick={() => file.takeTheirs()}>Take theirs</Button>
      </p>
      {isComparing ? (
        <Suspense fallback={null}>
          <ConflictDialog key={draft.theirs.etag} mine={draft.text} theirs={draft.theirs} file={file} onClose={() => setComparing(false)} />
        </Suspense>
      ) : null}
    </Note>
  );
}
