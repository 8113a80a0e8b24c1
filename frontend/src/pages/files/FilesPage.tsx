import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { plural } from "../../model/format";
import { projectPath } from "../../model/route";
import { fileKeys } from "../../state/file_desk";
import { remembered } from "../../state/remembered";
import type { World } from "../../state/world";
import { IconButton } from "../../ui/Button";
import { Tabs } from "../../ui/Tabs";
import { useStore } from "../../ui/useStore";
import { Link } from "../Link";
import { AppButtons } from "../commands/AppButtons";
import { Logo } from "../Logo";
import { ShownPane } from "./ShownPane";
import { FileSearch } from "./FileSearch";
import { FileTree } from "./FileTree";
import { GitPanel } from "./GitPanel";
import { DeskContext, type DeskView, useDesk } from "./desk";
import { useDeskCommands } from "./useDeskCommands";
import "../../editor/editor.css";
import "./files.css";

interface FilesPageProps {
  readonly world: World;
  readonly project: string;
}

/** The project's files: the tree, search and Git beside what is open. */
export function FilesPage({ world, project }: FilesPageProps) {
  const home = world.project(project);
  const view = useMemo((): DeskView => ({ world, home, desk: home.desk, project }), [world, home, project]);
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => {
    document.title = `Files · ${project} · Flowstone`;
  }, [project]);
  useEffect(() => {
    // What was done in a terminal shows when one comes back from there.
    const look = () => home.desk.changed();
    globalThis.addEventListener("focus", look);
    return () => globalThis.removeEventListener("focus", look);
  }, [home]);
  useDeskCommands(home.desk);
  return (
    <DeskContext.Provider value={view}>
      <div className="files-page">
        <Head />
        <div className="files-room">
          <Side />
          <main className="files-main" aria-label="Open file">
            <ShownPane />
          </main>
        </div>
      </div>
    </DeskContext.Provider>
  );
}

function Head() {
  const { home, project } = useDesk();
  const history = useStore(home.desk.history);
  const past = history.past.at(-1);
  const future = history.future.at(-1);
  return (
    <header className="top-bar">
      <Link to={projectPath(project)} className="logo-link">
        <Logo />
        <span className="visually-hidden">Project {project}</span>
      </Link>
      <nav className="crumbs" aria-label="Where you are">
        <Link to={projectPath(project)}>{project}</Link>
        <span aria-hidden="true">/</span>
        <h1>Files</h1>
      </nav>
      <span className="top-space" />
      <IconButton
        name="Undo"
        icon="undo"
        title={past === undefined ? "Undo: nothing to take back" : `Undo: ${past.label}`}
        isDisabled={past === undefined}
        onClick={() => void home.desk.undo()}
      />
      <IconButton
        name="Redo"
        icon="redo"
        title={future === undefined ? "Redo: nothing to do again" : `Redo: ${future.label}`}
        isDisabled={future === undefined}
        onClick={() => void home.desk.redo()}
      />
      <AppButtons />
    </header>
  );
}

function Side() {
  const { home, project } = useDesk();
  const chosen = useStore(remembered("files.side", "files"));
  const git = useQuery({ queryKey: fileKeys.git(project), queryFn: home.desk.git.standing });
  const count = git.data?.files.length ?? 0;
  const tabs = [
    { id: "files", label: "Files" },
    { id: "search", label: "Search" },
    { id: "git", label: "Git", mark: count === 0 ? undefined : String(count) },
  ];
  return (
    <aside className="files-side" aria-label="Side bar">
      <Tabs name="Side bar" tabs={tabs} chosen={chosen} onChoose={(id) => remembered("files.side", "files").set(id)} panelId="files-side-panel" />
      <div className="files-side-panel" id="files-side-panel" role="tabpanel" aria-label={tabs.find((tab) => tab.id === chosen)?.label}>
        {chosen === "search" ? <FileSearch /> : chosen === "git" ? <GitPanel /> : <FileTree />}
      </div>
      {git.data?.is_there !== true ? null : (
        <p className="files-branch" title="The branch that is checked out">
          <span className="mono">{git.data.branch === "" ? git.data.commit.slice(0, 8) : git.data.branch}</span>
          <span className="muted">{count === 0 ? "nothing to commit" : plural(count, "changed file")}</span>
        </p>
      )}
    </aside>
  );
}
