import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readDiff } from "../../model/unified_diff";
import { fileKeys, type Shown } from "../../state/file_desk";
import { Empty, Note } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import { wordsOf } from "../../state/notices";
import { unreachable } from "../../model/unreachable";
import { useDesk } from "./desk";
import { DiffView } from "./DiffView";
import { FileView } from "./FileView";

/** What is open beside the side bar. */
export function ShownPane() {
  const { desk } = useDesk();
  const shown = useStore(desk.shown);
  switch (shown.kind) {
    case "nothing":
      return (
        <Empty title="Open a file">
          <p>Texts open in the editor and save themselves. Pictures, Parquet, CSV and JSON files are shown as what they are.</p>
        </Empty>
      );
    case "file":
      return <FileView key={shown.path} path={shown.path} line={shown.line} />;
    case "difference":
      return <Difference shown={shown} ask={() => desk.git.difference(shown.path, shown.isStaged)} />;
    case "commit":
      return <Difference shown={shown} ask={() => desk.git.commitDifference(shown.commit)} />;
    default:
      return unreachable(shown);
  }
}

interface DifferenceProps {
  readonly shown: Extract<Shown, { readonly title: string }>;
  readonly ask: () => Promise<string>;
}

function Difference({ shown, ask }: DifferenceProps) {
  const { project } = useDesk();
  const found = useQuery({ queryKey: fileKeys.difference(project, shown), queryFn: ask, staleTime: 0 });
  const files = useMemo(() => readDiff(found.data ?? ""), [found.data]);
  return (
    <>
      <header className="file-head">
        <h2 title={shown.title}>{shown.title}</h2>
        <span className="muted">{shown.kind === "commit" ? "what the commit changed" : shown.isStaged ? "staged" : "against the last commit"}</span>
      </header>
      {found.isError ? <Note tone="bad">{wordsOf(found.error)}</Note> : found.data === undefined ? <div aria-busy="true" /> : <DiffView files={files} />}
    </>
  );
}
