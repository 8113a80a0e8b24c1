import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { moment, plural } from "../model/format";
import { connectionsPath, filesPath, pipelinePath, runPath, runsPath } from "../model/route";
import { scheduleWord } from "../model/run_page";
import { projectQuery, schedulesQuery } from "../state/queries";
import type { World } from "../state/world";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useNow } from "../ui/useNow";
import type { PipelineSummary, ProjectView, RunSummary, ScheduleView } from "../wire/schemas";
import { AppButtons } from "./commands/AppButtons";
import { Failed } from "./Failed";
import { FirstPipeline } from "./FirstPipeline";
import { Link } from "./Link";
import { Logo } from "./Logo";
import { NewPipelineDialog } from "./NewPipelineDialog";
import { Problems } from "./Problems";
import { RunRow, RunState, RunStrip } from "./RunMarks";
import { Waiting } from "./Waiting";

interface ProjectPageProps {
  readonly world: World;
  readonly project: string;
}

export function ProjectPage({ world, project }: ProjectPageProps) {
  const found = useQuery(projectQuery(world.client, project));
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => {
    document.title = `${found.data?.name ?? project} · Flowstone`;
  }, [found.data?.name, project]);
  if (found.data !== undefined) return <Project world={world} view={found.data} />;
  if (found.isError) {
    return <Failed title="The project could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  }
  return <Waiting page="project" />;
}

function Project({ world, view }: { readonly world: World; readonly view: ProjectView }) {
  const [isMaking, setMaking] = useState(false);
  const found = useQuery(schedulesQuery(world.client, view.id));
  const schedules = new Map(found.data?.map((schedule) => [schedule.pipeline, schedule]));
  return (
    <main className="project-page">
      <header className="project-head">
        <Link to="/" className="logo-link">
          <Logo />
          <span className="visually-hidden">All projects</span>
        </Link>
        <div className="project-title">
          <h1>{view.name}</h1>
          <p className="mono muted" title={view.root}>
            {view.root}
          </p>
        </div>
        <AppButtons />
        <Link className="button button-plain" to={filesPath(view.id)}>
          <Icon name="file" />
          <span>Files</span>
        </Link>
        <Button icon="plus" look="primary" onClick={() => setMaking(true)}>
          New pipeline
        </Button>
      </header>
      {view.description === "" ? null : <p className="project-description">{view.description}</p>}
      <Problems problems={view.problems} />
      <div className="project-columns">
        <section aria-labelledby="pipelines-title">
          <h2 id="pipelines-title">Pipelines</h2>
          {view.pipelines.length === 0 ? (
            <FirstPipeline world={world} project={view.id} onMake={() => setMaking(true)} />
          ) : (
            <ul className="panel">
              {view.pipelines.map((pipeline) => (
                <PipelineRow key={pipeline.id} project={view.id} pipeline={pipeline} schedule={schedules.get(pipeline.id)} />
              ))}
            </ul>
          )}
        </section>
        <div className="project-side">
          <Connections view={view} />
          <section aria-labelledby="runs-title">
            <div className="side-head">
              <h2 id="runs-title">Recent runs</h2>
              {view.recent_runs.length === 0 ? null : <Link to={runsPath(view.id, null)}>All runs</Link>}
            </div>
            {view.recent_runs.length === 0 ? (
              <p className="panel panel-note muted">Nothing has run yet.</p>
            ) : (
              <ul className="panel">
                {view.recent_runs.slice(0, 12).map((run) => (
                  <RunRow key={run.id} run={run} to={runPath(view.id, run.id)} />
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
      {isMaking ? <NewPipelineDialog world={world} project={view} onClose={() => setMaking(false)} /> : null}
    </main>
  );
}

interface PipelineRowProps {
  readonly project: string;
  readonly pipeline: PipelineSummary;
  readonly schedule: ScheduleView | undefined;
}

function PipelineRow({ project, pipeline, schedule }: PipelineRowProps) {
  const wrong = pipeline.problems.filter((problem) => !problem.is_warning).length;
  return (
    <li className="pipeline-row">
      <Link className="pipeline-link" to={pipelinePath(project, pipeline.id)}>
        <span className="pipeline-name">{pipeline.id}</span>
        <span className="pipeline-text">
          {pipeline.description === "" ? blocksOf(pipeline) : pipeline.description}
        </span>
      </Link>
      <span className="pipeline-facts">
        {wrong === 0 ? (
          pipeline.description === "" ? null : <span className="muted">{blocksOf(pipeline)}</span>
        ) : (
          <span className="state state-failed">
            <Icon name="warning" />
            {plural(wrong, "problem")}
          </span>
        )}
        {schedule === undefined ? null : <NextRun schedule={schedule} />}
        <RunStrip runs={pipeline.last_runs} />
        <LastRun project={project} run={pipeline.last_runs[0]} />
      </span>
    </li>
  );
}

/** How the newest run ended, or that one goes on: a way to it. */
function LastRun({ project, run }: { readonly project: string; readonly run: RunSummary | undefined }) {
  if (run === undefined) return null;
  return (
    <Link className="last-run" to={runPath(project, run.id)} title={`Run of ${moment(run.started_at).local}`}>
      <RunState state={run.state} />
    </Link>
  );
}

function NextRun({ schedule }: { readonly schedule: ScheduleView }) {
  const now = useNow(30_000);
  const isQuiet = schedule.is_paused || !schedule.is_enabled;
  return (
    <span className={isQuiet ? "state state-stale" : "state"} title={schedule.words}>
      <Icon name={isQuiet ? "pause" : "clock"} />
      {scheduleWord(schedule, now)}
    </span>
  );
}

function blocksOf(pipeline: PipelineSummary): string {
  return pipeline.block_count === null ? "" : plural(pipeline.block_count, "block");
}

function Connections({ view }: { readonly view: ProjectView }) {
  return (
    <section aria-labelledby="connections-title">
      <div className="side-head">
        <h2 id="connections-title">
          Connections <span className="muted">· profile {view.profile}</span>
        </h2>
        <Link to={connectionsPath(view.id)}>Change and test</Link>
      </div>
      {view.connections.length === 0 ? (
        <p className="panel panel-note muted">None. Name lakes and warehouses in connections.yaml.</p>
      ) : (
        <ul className="panel">
          {view.connections.map((connection) => (
            <li key={connection.name} className="connection-row">
              <Icon name="database" />
              <strong>{connection.name}</strong>
              <span className="muted">{connection.type}</span>
              <span className="mono connection-summary" title={connection.summary}>
                {connection.summary}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
