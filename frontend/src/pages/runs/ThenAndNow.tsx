import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { codeFileQuery } from "../../state/queries";
import type { World } from "../../state/world";
import { Empty, Note } from "../../ui/Note";
import type { CodeFile, RunCode } from "../../wire/schemas";
import { FileThen } from "./FileThen";

interface ThenAndNowProps {
  readonly world: World;
  readonly project: string;
  readonly run: string;
  readonly code: RunCode | null;
  readonly failed: Error | null;
}

const WORDS = { same: "", changed: "changed since", gone: "deleted since", new: "made since" } as const;

/** The code as it was in a run, and each file's difference to now. */
export function ThenAndNow({ world, project, run, code, failed }: ThenAndNowProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  if (failed !== null) return <Note tone="bad">The code could not be read: {failed.message}</Note>;
  if (code === null) return <p className="muted run-wait" aria-busy="true">Reading…</p>;
  if (!code.is_kept) return <Empty title="The code of this run is no longer kept" />;
  const used = new Set(code.blocks.map((block) => block.file));
  const files = inOrder(code.files, used);
  const shown = files.find((file) => file.path === chosen) ?? files[0];
  return (
    <div className="run-code">
      <ul className="run-files" aria-label="Files">
        {files.map((file) => (
          <li key={file.path}>
            <button type="button" className={`run-file is-${file.change}`} aria-pressed={file === shown} onClick={() => setChosen(file.path)}>
              <span className="mono">{file.path}</span>
              {file.change === "same" ? null : <span className="run-file-change">{WORDS[file.change]}</span>}
            </button>
          </li>
        ))}
        {code.truncated ? <li className="muted">and more</li> : null}
      </ul>
      {shown === undefined ? null : <Shown key={shown.path} world={world} project={project} run={run} file={shown} />}
    </div>
  );
}

/** First what is not as it was, then the files of the blocks, then the others. */
function inOrder(files: readonly CodeFile[], used: ReadonlySet<string>): readonly CodeFile[] {
  const rank = (file: CodeFile) => (file.change !== "same" ? 0 : used.has(file.path) ? 1 : 2);
  return files.toSorted((left, right) => rank(left) - rank(right));
}

interface ShownProps {
  readonly world: World;
  readonly project: string;
  readonly run: string;
  readonly file: CodeFile;
}

function Shown({ world, project, run, file }: ShownProps) {
  const found = useQuery(codeFileQuery(world.client, project, run, file.path));
  if (found.isError) return <Note tone="bad">{found.error.message}</Note>;
  if (found.data === undefined) return <p className="muted run-wait" aria-busy="true">Reading…</p>;
  return <FileThen file={found.data} />;
}
