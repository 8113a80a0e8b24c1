import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { textOf } from "../../model/draft";
import { type FileKind, languageOf, nameOf, waysToShow } from "../../model/file_tree";
import { size } from "../../model/format";
import { fileKeys } from "../../state/file_desk";
import { wordsOf } from "../../state/notices";
import { Empty, Note } from "../../ui/Note";
import { Tabs } from "../../ui/Tabs";
import { useStore } from "../../ui/useStore";
import { useDesk } from "./desk";
import { CodeDesk, type CodePage } from "../workbench/code_desk";
import { DraftNote } from "../workbench/DraftNote";
import { OpenedFile } from "../workbench/OpenedFile";

const CodeEditor = lazy(async () => ({ default: (await import("../../editor/CodeEditor")).CodeEditor }));
const TablePreview = lazy(async () => ({ default: (await import("./TablePreview")).TablePreview }));

const LABELS: Readonly<Record<FileKind, string>> = { text: "Text", picture: "Picture", table: "Table", other: "File" };

interface FileViewProps {
  readonly path: string;
  readonly line: number | null;
}

/** An open file: the editor for a text, else what it shows. */
export function FileView({ path, line }: FileViewProps) {
  const { desk, home, project } = useDesk();
  const found = useQuery({ queryKey: fileKeys.tree(project), queryFn: desk.files.tree });
  const entry = found.data?.entries.find((one) => one.path === path);
  const ways = useMemo(() => waysToShow(entry ?? { path, is_editable: true }), [entry, path]);
  const [chosen, setChosen] = useState<FileKind | null>(null);
  const saved = useStore(home.drafts.summary);
  if (found.data === undefined) return <div aria-busy="true" />;
  const kind = line !== null && ways.includes("text") ? "text" : (chosen ?? ways[0] ?? "other");
  return (
    <>
      <header className="file-head">
        <h2 className="mono" title={path}>
          {path}
        </h2>
        {entry === undefined ? null : <span className="muted">{size(entry.size_bytes)}</span>}
        {kind === "text" ? (
          <span className={`saved-mark saved-${saved}`} role="status" aria-label="Saved state">
            {{ saved: "Saved", saving: "Saving…", edited: "Edited", trouble: "Not saved" }[saved]}
          </span>
        ) : null}
        {ways.length < 2 ? null : (
          <Tabs
            name={`Ways to show ${nameOf(path)}`}
            tabs={ways.map((way) => ({ id: way, label: LABELS[way] }))}
            chosen={kind}
            onChoose={(id) => setChosen(ways.find((way) => way === id) ?? null)}
            panelId="file-panel"
          />
        )}
      </header>
      <div className="file-panel" id="file-panel">
        {kind === "text" ? <TextFile path={path} line={line} onArrive={() => setChosen("text")} /> : null}
        {kind === "picture" ? <Picture path={path} /> : null}
        {kind === "table" ? (
          <Suspense fallback={<div aria-busy="true" />}>
            <TablePreview path={path} />
          </Suspense>
        ) : null}
        {kind === "other" ? (
          <Empty title={`${nameOf(path)} is not shown`}>
            <p>It is no text of up to 2 MiB, no picture and no table that is known here. A loader can read it.</p>
          </Empty>
        ) : null}
      </div>
    </>
  );
}

function TextFile({ path, line, onArrive }: FileViewProps & { readonly onArrive: () => void }) {
  const { desk, home, world } = useDesk();
  const file = home.drafts.open(path);
  const draft = useStore(file.state);
  const text = textOf(draft);
  const code = CodeDesk.of(world, home);
  const source = useMemo(() => code.source(path, { language: languageOf(path), block: null }), [code, path]);
  const page = useMemo((): CodePage => {
    const goTo = (to: string, at: number) => {
      desk.shown.set({ kind: "file", path: to, line: at });
      return true;
    };
    return { bench: null, goTo };
  }, [desk]);
  useEffect(() => {
    // What was deleted and put back, or came with a branch, is there again.
    if (file.state.get().status === "missing") void file.reload();
  }, [file]);
  if (draft.status === "missing") return <Note tone="bad">{draft.message}</Note>;
  if (text === null) return <div aria-busy="true" />;
  const save = () => void file.save();
  return (
    <>
      <DraftNote draft={draft} file={file} />
      <Suspense fallback={<pre className="editor-still">{text}</pre>}>
        <CodeEditor
          label={`Text of ${path}`}
          source={source}
          text={text}
          onType={(typed) => file.type(typed)}
          errors={NONE}
          line={line}
          onArrive={() => {
            onArrive();
            desk.shown.set({ kind: "file", path, line: null });
          }}
          keys={{ run: save, runOnly: save, save }}
        />
      </Suspense>
      <OpenedFile desk={code} page={page} />
    </>
  );
}

const NONE: readonly never[] = [];

function Picture({ path }: { readonly path: string }) {
  const { desk, project } = useDesk();
  const found = useQuery({ queryKey: ["picture", project, path], queryFn: () => desk.files.picture(path), staleTime: 0 });
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (found.data === undefined || picture.current === null) return undefined;
    const type = path.toLowerCase().endsWith(".svg") ? "image/svg+xml" : "";
    const made = URL.createObjectURL(new Blob([found.data], { type }));
    picture.current.src = made;
    return () => URL.revokeObjectURL(made);
  }, [found.data, path]);
  if (found.isError) return <Note tone="bad">{wordsOf(found.error)}</Note>;
  if (found.data === undefined) return <div aria-busy="true" />;
  return (
    <div className="file-picture">
      <img ref={picture} alt={nameOf(path)} />
    </div>
  );
}
