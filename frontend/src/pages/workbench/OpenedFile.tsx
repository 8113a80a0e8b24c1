import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { textOf } from "../../model/draft";
import type { DraftFile } from "../../state/drafts";
import { Dialog } from "../../ui/Dialog";
import { Note } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import type { CodeDesk, CodePage } from "./code_desk";
import { DraftNote } from "./DraftNote";

const CodeEditor = lazy(async () => ({ default: (await import("../../editor/CodeEditor")).CodeEditor }));
const CodeView = lazy(async () => ({ default: (await import("../../editor/CodeView")).CodeView }));

/** A file that is no block of the pipeline, where going to a definition led: the project's own to edit, others to read. */
export function OpenedFile({ desk, page }: { readonly desk: CodeDesk; readonly page: CodePage }) {
  const opened = useStore(desk.opened);
  useEffect(() => desk.enter(page), [desk, page]);
  if (opened === null) return null;
  return (
    <Dialog key={opened.path} title={opened.path} onClose={() => desk.opened.set(null)} className="dialog-wide dialog-code">
      <div className="dialog-body">
        <Suspense fallback={<div className="editor-wait" aria-busy="true" />}>
          {opened.module === null ? (
            <OwnFile desk={desk} file={desk.home.drafts.open(opened.path)} line={opened.line} />
          ) : (
            <CodeView label={`Code of ${opened.path}`} text={opened.module} line={opened.line} />
          )}
        </Suspense>
      </div>
    </Dialog>
  );
}

interface OwnFileProps {
  readonly desk: CodeDesk;
  readonly file: DraftFile;
  readonly line: number;
}

function OwnFile({ desk, file, line }: OwnFileProps) {
  const [wanted, setWanted] = useState<number | null>(line);
  const draft = useStore(file.state);
  const source = useMemo(() => desk.source(file.path, { language: file.path.endsWith(".sql") ? "sql" : "python", block: null }), [desk, file]);
  const keys = useMemo(() => ({ run: () => undefined, runOnly: () => undefined, save: () => void file.save() }), [file]);
  const text = textOf(draft);
  if (draft.status === "missing") return <Note tone="bad">{draft.message}</Note>;
  if (text === null) return <div className="editor-wait" aria-busy="true" />;
  return (
    <>
      <DraftNote draft={draft} file={file} />
      <CodeEditor
        label={`Code of ${file.path}`}
        source={source}
        text={text}
        onType={(typed) => file.type(typed)}
        keys={keys}
        errors={NO_ERRORS}
        line={wanted}
        onArrive={() => setWanted(null)}
      />
    </>
  );
}

const NO_ERRORS: readonly never[] = [];
