import { duration } from "../../model/format";
import { projectPath, runPath } from "../../model/route";
import { firstFailed, runLabel, runSeconds } from "../../model/runs";
import { remembered } from "../../state/remembered";
import { Button, IconButton } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { Moment } from "../../ui/Moment";
import { useNow } from "../../ui/useNow";
import { useStore } from "../../ui/useStore";
import type { PipelineStatus, PipelineView, RunView } from "../../wire/schemas";
import { ExportNotebook } from "../ExportNotebook";
import { Link } from "../Link";
import { AppButtons } from "../commands/AppButtons";
import { Logo } from "../Logo";
import { RunState } from "../RunMarks";
import { useBench } from "./bench";
import { OtherParams } from "./OtherParams";
import { ProfileChoice } from "./ProfileChoice";
import { ScheduleMark } from "./ScheduleMark";

interface TopBarProps {
  readonly view: PipelineView;
  readonly status: PipelineStatus | null;
  readonly onAdd: () => void;
}

export function TopBar({ view, status }: TopBarProps) {
  const { project, workbench } = useBench();
  const history = useStore(workbench.history);
  const run = status?.active_run ?? null;
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
        <h1 title={view.description === "" ? view.id : `${view.id}: ${view.description}`}>{view.id}</h1>
      </nav>
      <SavedMark />
      <span className="top-space" />
      <RunWord view={view} status={status} />
      <ScheduleMark />
      <ProfileChoice />
      <RunButtons view={view} run={run} />
      <span className="top-line" />
      <IconButton
        name="Undo"
        icon="undo"
        title={past === undefined ? "Undo: nothing to take back" : `Undo: ${past.label}`}
        isDisabled={past === undefined}
        onClick={() => void workbench.undo()}
      />
      <IconButton
        name="Redo"
        icon="redo"
        title={future === undefined ? "Redo: nothing to do again" : `Redo: ${future.label}`}
        isDisabled={future === undefined}
        onClick={() => void workbench.redo()}
      />
      <span className="top-line" />
      <ViewSwitch />
      <ExportButton />
      <AppButtons />
    </header>
  );
}

function ExportButton() {
  const { world, project, pipeline, workbench } = useBench();
  const profile = useStore(workbench.profile);
  return <ExportNotebook world={world} project={project} pipeline={pipeline} run={null} profile={profile === "" ? null : profile} isSmall />;
}

function RunButtons({ view, run }: { readonly view: PipelineView; readonly run: RunView | null }) {
  const { workbench } = useBench();
  const asked = useStore(workbench.asked);
  const isEmpty = view.blocks.length === 0;
  const isBusy = run !== null || asked !== "nothing";
  return (
    <>
      <Button
        icon="play"
        look="primary"
        title="Run all that is stale"
        isDisabled={isBusy || isEmpty}
        onClick={() => void workbench.run({ reuse: "editor" })}
      >
        Run
      </Button>
      <Button title="Run every block, the fresh ones too" isDisabled={isBusy || isEmpty} onClick={() => void workbench.run({ reuse: "never" })}>
        Run everything
      </Button>
      <Button
        icon="stop"
        look="danger"
        title="Stop the run"
        isDisabled={run === null || asked === "stopping"}
        onClick={() => (run === null ? undefined : void workbench.stop(run.id))}
      >
        Stop
      </Button>
    </>
  );
}

/** In words, what runs now or how the last run ended. */
function RunWord({ view, status }: { readonly view: PipelineView; readonly status: PipelineStatus | null }) {
  const { project, workbench } = useBench();
  const asked = useStore(workbench.asked);
  const active = status?.active_run ?? null;
  const now = useNow(active === null ? null : 1000);
  if (active !== null) {
    const ended = active.blocks.filter((part) => part.ended_at !== null || part.state === "reused").length;
    return (
      <span className="run-word state state-running" role="status">
        <Icon name="running" />
        {asked === "stopping" ? "Stopping…" : `Running ${ended} of ${active.blocks.length}`}
        <span className="muted">{duration(Math.max(0, Math.floor(now - active.started_at)))}</span>
      </span>
    );
  }
  const last = status?.last_run ?? null;
  if (asked === "starting") {
    return (
      <span className="run-word state state-running" role="status">
        <Icon name="running" /> Starting…
      </span>
    );
  }
  if (last === null) return <span className="run-word" role="status" />;
  const took = runSeconds(last);
  const failed = firstFailed(last);
  const goToBlock = (block: string) => {
    workbench.select(block);
    document.getElementById(`card-${block}`)?.scrollIntoView({ block: "start" });
  };
  return (
    <span className="run-word" role="status" title={`Run ${last.id}: ${runLabel(last.state)}`}>
      {failed === null ? (
        <RunState state={last.state} />
      ) : (
        <button type="button" className="run-failure" title={`Go to ${failed}, which failed`} onClick={() => goToBlock(failed)}>
          <RunState state={last.state} />
        </button>
      )}
      <span className="muted">
        {took === null ? "" : `${duration(took)} · `}
        <Link to={runPath(project, last.id)}>
          <Moment at={last.started_at} />
        </Link>
      </span>
      <OtherParams view={view} run={last} />
    </span>
  );
}

const SAVED_WORDS = { saved: "Saved", saving: "Saving…", edited: "Edited", trouble: "Not saved" } as const;

function SavedMark() {
  const { home } = useBench();
  const saved = useStore(home.drafts.summary);
  return (
    <span className={`saved-mark saved-${saved}`} role="status" aria-label="Saved state">
      {SAVED_WORDS[saved]}
    </span>
  );
}

const VIEWS: readonly { readonly id: string; readonly name: string; readonly icon: IconName }[] = [
  { id: "graph", name: "Graph alone", icon: "graph" },
  { id: "both", name: "Graph and notebook", icon: "split" },
  { id: "notebook", name: "Notebook alone", icon: "column" },
];

function ViewSwitch() {
  const view = remembered("view", "both");
  const shown = useStore(view);
  return (
    <div className="view-switch" role="group" aria-label="View">
      {VIEWS.map(({ id, name, icon }) => (
        <IconButton key={id} name={name} icon={icon} isPressed={shown === id} onClick={() => view.set(id)} />
      ))}
    </div>
  );
}
