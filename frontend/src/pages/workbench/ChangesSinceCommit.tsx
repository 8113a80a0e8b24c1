import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { ChangeMarks } from "../../graph/ChangeMark";
import { changeMarks, removedWords } from "../../model/commit_changes";
import { fileKeys } from "../../state/file_desk";
import { useBench } from "./bench";

/** Lets the graph below mark the blocks that differ from the last commit, and names those that are gone. */
export function ChangesSinceCommit({ children }: { readonly children: ReactNode }) {
  const { home, project, pipeline } = useBench();
  const found = useQuery({ queryKey: fileKeys.changes(project, pipeline), queryFn: () => home.desk.git.changes(pipeline), retry: false });
  const marks = useMemo(() => changeMarks(found.data?.blocks ?? []), [found.data]);
  const removed = removedWords(found.data?.blocks ?? []);
  return (
    <ChangeMarks.Provider value={marks}>
      {children}
      {removed === "" ? null : (
        <p className="graph-gone" role="note">
          {removed}
        </p>
      )}
    </ChangeMarks.Provider>
  );
}
