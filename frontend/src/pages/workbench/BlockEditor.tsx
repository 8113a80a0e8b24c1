import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { type Draft, textOf } from "../../model/draft";
import { failureLine, failureLineIn } from "../../model/look";
import type { DraftFile } from "../../state/drafts";
import { Button } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import type { BlockView, FailureView } from "../../wire/schemas";
import { useBench } from "./bench";
import { ConflictDialog } from "./ConflictDialog";

const CodeEditor = lazy(async () => ({ default: (await import("../../editor/CodeEditor")).CodeEditor }));

interface BlockEditorProps {
  readonly block: BlockView;
  readonly failure: FailureView | null;
  readonly isSeen: boolean;
  readonly keys: { readonly run: () => void; readonly runOnly: () => void; readonly save: () => void };
}

/** A block's code. Until it comes near the screen nothing is fetched for it. */
export function BlockEditor({ block, failure, isSeen, keys }: BlockEditorProps) {
  const { home, workbench } = useBench();
  const isAskedFor = useStore(workbench.place)?.block === block.id;
  if (!isSeen && !isAskedFor) return <div className="editor-wait" />;
  return <OpenEditor file={home.drafts.open(block.file)} block={block} failure={failure} keys={keys} />;
}

interface OpenEditorProps {
  readonly file: DraftFile;
  readonly block: BlockView;
  readonly failure: FailureView | null;
  readonly keys: BlockEditorProps["keys"];
}

function OpenEditor({ file, block, failure, keys }: OpenEditorProps) {
  const { workbench } = useBench();
  const draft = useStore(file.state);
  const place = useStore(workbench.place);
  const text = textOf(draft);
  const errors = useMemo(() => errorsOf(block, failure), [block, failure]);
  useEffect(() => file.diskChanged(block.file_etag), [file, block.file_etag]);
  if (draft.status === "missing") return <Note tone="bad">{draft.message}</Note>;
  if (text === null) return <div className="editor-wait" aria-busy="true" />;
  return (
    <>
      <DraftNote draft={draft} file={file} path={block.file} />
      <Suspense fallback={<pre className="editor-still">{text}</pre>}>
        <CodeEditor
          label={`Code of ${block.id}`}
          language={block.language}
          text={text}
          onType={(typed) => file.type(typed)}
          errors={errors}
          line={place?.block === block.id ? place.line : null}
          onArrive={() => workbench.arrived()}
          keys={keys}
        />
      </Suspense>
    </>
  );
}

function errorsOf(block: BlockView, failure: FailureView | null) {
  const problems = block.problems.flatMap((problem) =>
    problem.line === null || problem.file !== block.file ? [] : [{ line: problem.line, message: problem.message }],
  );
  const line = failure === null ? null : failureLineIn(failure, block.file);
  return failure === null || line === null ? problems : [...problems, { line, message: failureLine(failure) }];
}

interface DraftNoteProps {
  readonly draft: Draft;
  readonly file: DraftFile;
  readonly path: string;
}

/** What stands above a text that could not be saved, or that changed on disk meanwhile. */
export function DraftNote({ draft, file, path }: DraftNoteProps) {
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
        <strong>{path}</strong> changed on disk while you were editing it. Nothing was overwritten.
      </p>
      <p className="row-of-buttons">
        <Button onClick={() => setComparing(true)}>Compare</Button>
        <Button onClick={() => file.keepMine()}>Keep mine</Button>
        <Button onClick={() => file.takeTheirs()}>Take theirs</Button>
      </p>
      {isComparing ? (
        <ConflictDialog
          mine={draft.text}
          theirs={draft.theirs.text}
          path={path}
          onClose={() => setComparing(false)}
          onKeepMine={() => file.keepMine()}
          onTakeTheirs={() => file.takeTheirs()}
        />
      ) : null}
    </Note>
  );
}
