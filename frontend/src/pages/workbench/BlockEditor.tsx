import { lazy, Suspense, useEffect, useMemo } from "react";
import { textOf } from "../../model/draft";
import { failureLine, failureLineIn } from "../../model/look";
import type { DraftFile } from "../../state/drafts";
import { Note } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import type { BlockView, FailureView } from "../../wire/schemas";
import { useBench } from "./bench";
import { CodeDesk } from "./code_desk";
import { DraftNote } from "./DraftNote";

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
  const source = useSource(block);
  const draft = useStore(file.state);
  const place = useStore(workbench.place);
  const text = textOf(draft);
  const errors = useMemo(() => errorsOf(block, failure), [block, failure]);
  useEffect(() => file.diskChanged(block.file_etag), [file, block.file_etag]);
  if (draft.status === "missing") return <Note tone="bad">{draft.message}</Note>;
  if (text === null) return <div className="editor-wait" aria-busy="true" />;
  return (
    <>
      <DraftNote draft={draft} file={file} />
      <Suspense fallback={<pre className="editor-still">{text}</pre>}>
        <CodeEditor
          label={`Code of ${block.id}`}
          source={source}
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

/** What the block's editor knows; the same one while the block keeps its file, so that the editor stays. */
function useSource(block: BlockView) {
  const { world, home } = useBench();
  const { id, file, language, engine } = block;
  return useMemo(() => CodeDesk.of(world, home).source(file, { language, block: id, engine }), [world, home, id, file, language, engine]);
}

function errorsOf(block: BlockView, failure: FailureView | null) {
  const problems = block.problems.flatMap((problem) =>
    problem.line === null || problem.file !== block.file ? [] : [{ line: problem.line, message: problem.message }],
  );
  const line = failure === null ? null : failureLineIn(failure, block.file);
  return failure === null || line === null ? problems : [...problems, { line, message: failureLine(failure) }];
}
