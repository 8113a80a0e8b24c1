import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { fileKeys } from "../../state/file_desk";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Moment } from "../../ui/Moment";
import { Empty, Note } from "../../ui/Note";
import type { ChangedFile, GitStanding } from "../../wire/git";
import { Failed } from "../Failed";
import { useDesk } from "./desk";
import { BranchDialog } from "./BranchDialog";

/** The repository: what differs, what goes into the next commit, branches and history. */
export function GitPanel() {
  const { desk, project } = useDesk();
  const found = useQuery({ queryKey: fileKeys.git(project), queryFn: desk.git.standing });
  if (found.isError) return <Failed title="Git could not be asked" failed={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <div aria-busy="true" />;
  if (!found.data.is_there) {
    return (
      <Empty title="No Git repository">
        <p>With one, you see what changed since the last commit, here and on the graph.</p>
        <Button icon="branch" onClick={() => void desk.withGit("The repository was not made", desk.git.init)}>
          Make a repository
        </Button>
      </Empty>
    );
  }
  return <Repository standing={found.data} />;
}

function Repository({ standing }: { readonly standing: GitStanding }) {
  const { desk } = useDesk();
  const [isSwitching, setSwitching] = useState(false);
  const staged = standing.files.filter((file) => file.staged !== "");
  const others = standing.files.filter((file) => file.unstaged !== "");
  const stage = (files: readonly ChangedFile[], isStaged: boolean) =>
    void desk.withGit("That was not staged", () => desk.git.stage(files.map((file) => file.path), isStaged));
  return (
    <div className="git-pane">
      <div className="git-branch">
        <Icon name="branch" />
        <span className="mono git-branch-name" title={standing.branch}>
          {standing.branch === "" ? `at ${standing.commit.slice(0, 8)}` : standing.branch}
        </span>
        {standing.upstream === "" ? null : (
          <span className="muted" title={`Compared with ${standing.upstream}`}>
            ↑{standing.ahead} ↓{standing.behind}
          </span>
        )}
        <Button onClick={() => setSwitching(true)}>Branches</Button>
      </div>
      {standing.runs_filters ? (
        <Note tone="warn">This repository&apos;s own config names programs that files go through. They are not run here, so committing is left to a terminal.</Note>
      ) : null}
      <CommitForm standing={standing} staged={staged} others={others} />
      <Changes title="Staged" files={staged} isStaged onMove={(files) => stage(files, false)} />
      <Changes title="Changes" files={others} isStaged={false} onMove={(files) => stage(files, true)} />
      {standing.is_cut ? <p className="muted">There are more changed files than are shown.</p> : null}
      {standing.files.length === 0 ? <p className="muted git-none">Nothing differs from the last commit.</p> : (
        <Button look="quiet" onClick={() => desk.shown.set({ kind: "difference", title: "All changes", path: null, isStaged: false })}>
          Show all changes
        </Button>
      )}
      <History />
      {isSwitching ? <BranchDialog standing={standing} onClose={() => setSwitching(false)} /> : null}
    </div>
  );
}

interface CommitFormProps {
  readonly standing: GitStanding;
  readonly staged: readonly ChangedFile[];
  readonly others: readonly ChangedFile[];
}

function CommitForm({ standing, staged, others }: CommitFormProps) {
  const { desk } = useDesk();
  const [message, setMessage] = useState("");
  const takesAll = staged.length === 0 && others.length > 0;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const done = await desk.withGit("Nothing was committed", async () => {
      if (takesAll) await desk.git.stage(others.map((file) => file.path), true);
      return desk.git.commit(message);
    });
    if (done) setMessage("");
  };
  return (
    <form className="git-commit" onSubmit={(event) => void submit(event)}>
      <textarea className="input" aria-label="Message" placeholder="What this commit does" rows={3} maxLength={20_000} value={message} onChange={(event) => setMessage(event.target.value)} />
      <Button type="submit" look="primary" title="Hooks do not run" isDisabled={message.trim() === "" || standing.files.length === 0}>
        {takesAll ? "Commit all" : "Commit staged"}
      </Button>
      {standing.staged_elsewhere === 0 ? null : (
        <p className="field-hint">The repository has {standing.staged_elsewhere} more staged outside this project; they go into the commit, too.</p>
      )}
    </form>
  );
}

const WORDS: Readonly<Record<string, string>> = { M: "changed", A: "added", D: "deleted", "?": "new", U: "in conflict", T: "changed in kind" };

interface ChangesProps {
  readonly title: string;
  readonly files: readonly ChangedFile[];
  readonly isStaged: boolean;
  readonly onMove: (files: readonly ChangedFile[]) => void;
}

function Changes({ title, files, isStaged, onMove }: ChangesProps) {
  const { desk } = useDesk();
  if (files.length === 0) return null;
  const word = isStaged ? "Unstage" : "Stage";
  return (
    <section aria-label={title}>
      <div className="git-head">
        <h2>
          {title} <span className="muted">{files.length}</span>
        </h2>
        <Button look="quiet" onClick={() => onMove(files)}>
          {word} all
        </Button>
      </div>
      <ul className="git-files">
        {files.map((file) => {
          const letter = isStaged ? file.staged : file.unstaged;
          return (
            <li key={file.path} className="git-file">
              <button type="button" className="git-open" title={file.path} onClick={() => desk.shown.set({ kind: "difference", title: file.path, path: file.path, isStaged })}>
                <span className={`git-letter git-${letter === "?" ? "new" : letter}`} title={WORDS[letter] ?? letter}>
                  {letter === "?" ? "N" : letter}
                  <span className="visually-hidden"> {WORDS[letter] ?? letter}</span>
                </span>
                <span className="search-path">{file.path}</span>
              </button>
              <IconButton name={`${word} ${file.path}`} icon={isStaged ? "minus" : "plus"} onClick={() => onMove([file])} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History() {
  const { desk, project } = useDesk();
  const found = useQuery({ queryKey: fileKeys.commits(project), queryFn: desk.git.commits });
  if (found.data === undefined || found.data.length === 0) return null;
  return (
    <section aria-label="History">
      <div className="git-head">
        <h2>History</h2>
      </div>
      <ul className="git-files">
        {found.data.map((commit) => (
          <li key={commit.hash}>
            <button type="button" className="git-open git-past" title={`${commit.short} by ${commit.author}`} onClick={() => desk.shown.set({ kind: "commit", title: commit.subject, commit: commit.hash })}>
              <span className="search-path">{commit.subject}</span>
              <span className="muted git-when">
                <Moment at={commit.at} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
