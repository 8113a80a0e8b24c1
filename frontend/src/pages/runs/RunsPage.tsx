import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { duration, moment } from "../../model/format";
import { pipelinePath, runPath } from "../../model/route";
import { logicalWord, RUN_STATES, triggerWord } from "../../model/run_page";
import { runLabel, runSeconds } from "../../model/runs";
import { keys } from "../../state/queries";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import { Moment } from "../../ui/Moment";
import { Empty } from "../../ui/Note";
import type { RunPage, RunSummary } from "../../wire/schemas";
import { Failed } from "../Failed";
import { Link } from "../Link";
import { RunState } from "../RunMarks";
import { Waiting } from "../Waiting";
import { RunsHead } from "./RunsHead";
import { SchedulePanel } from "./SchedulePanel";
import "./runs.css";

interface RunsPageProps {
  readonly world: World;
  readonly project: string;
  readonly pipeline: string | null;
}

type State = RunSummary["state"];

/** The runs of a pipeline, or of the whole project, newest first. */
export function RunsPage({ world, project, pipeline }: RunsPageProps) {
  const [state, setState] = useState<State | null>(null);
  const asked = { pipeline, state };
  const found = useInfiniteQuery<RunPage, Error, InfiniteData<RunPage>, QueryKey, string | null>({
    queryKey: keys.runsOf(project, asked),
    queryFn: ({ pageParam }) => world.client.runs(project, asked, pageParam),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => {
    document.title = `Runs · ${pipeline ?? project} · Flowstone`;
  }, [pipeline, project]);
  if (found.isError && found.data === undefined) {
    return <Failed title="The runs could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.data === undefined) return <Waiting page="project" />;
  const runs = found.data.pages.flatMap((page) => page.runs);
  return (
    <main className="runs-page">
      <RunsHead project={project} pipeline={pipeline} title="Runs">
        {pipeline === null ? null : <Link to={pipelinePath(project, pipeline)} className="button">Open the workbench</Link>}
      </RunsHead>
      <div className={pipeline === null ? "runs-columns is-single" : "runs-columns"}>
        <section aria-labelledby="runs-list-title" className={found.isPlaceholderData ? "is-pending" : ""}>
          <div className="runs-bar">
            <h2 id="runs-list-title">{pipeline === null ? "All pipelines" : "History"}</h2>
            <StateFilter chosen={state} onChoose={setState} />
          </div>
          {runs.length === 0 ? (
            <div className="panel">
              <Empty title={state === null ? "Nothing has run yet" : `No run is ${runLabel(state).toLowerCase()}`}>
                {state !== null ? <Button onClick={() => setState(null)}>Show all</Button> : pipeline === null ? <p>Open a pipeline and press Run.</p> : <p>Press Run in the workbench, or give the pipeline a schedule. Each run stays here with its logs, its code and its data.</p>}
              </Empty>
            </div>
          ) : (
            <RunTable runs={runs} project={project} showsPipeline={pipeline === null} />
          )}
          {found.hasNextPage ? (
            <p className="runs-more">
              <Button isDisabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {found.isFetchingNextPage ? "Reading…" : "Show earlier runs"}
              </Button>
            </p>
          ) : null}
        </section>
        {pipeline === null ? null : (
          <aside className="runs-side" aria-labelledby="schedule-title">
            <h2 id="schedule-title">Schedule</h2>
            <div className="panel schedule-panel">
              <SchedulePanel world={world} project={project} pipeline={pipeline} />
            </div>
          </aside>
        )}
      </div>
    </main>
  );
}

function StateFilter({ chosen, onChoose }: { readonly chosen: State | null; readonly onChoose: (state: State | null) => void }) {
  const choices = [null, ...RUN_STATES];
  return (
    <div className="state-filter" role="group" aria-label="Show runs that are">
      {choices.map((state) => (
        <button key={state ?? "all"} type="button" className="state-choice" aria-pressed={chosen === state} onClick={() => onChoose(state)}>
          {state === null ? "All" : runLabel(state)}
        </button>
      ))}
    </div>
  );
}

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly project: string;
  readonly showsPipeline: boolean;
}

function RunTable({ runs, project, showsPipeline }: RunTableProps) {
  return (
    <div className="panel runs-panel">
      <table className="runs-table" aria-label="Runs">
        <thead>
          <tr>
            <th scope="col">State</th>
            {showsPipeline ? <th scope="col">Pipeline</th> : null}
            <th scope="col">Run</th>
            <th scope="col">By</th>
            <th scope="col" className="runs-number">Took</th>
            <th scope="col" className="runs-number">When</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunLine key={run.id} run={run} project={project} showsPipeline={showsPipeline} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunLine({ run, project, showsPipeline }: { readonly run: RunSummary; readonly project: string; readonly showsPipeline: boolean }) {
  const took = runSeconds(run);
  return (
    <tr className="runs-line">
      <td>
        <RunState state={run.state} />
      </td>
      {showsPipeline ? (
        <td className="mono runs-pipeline" title={run.pipeline}>
          {run.pipeline}
        </td>
      ) : null}
      <td className="runs-name" title={`Run ${run.id}`}>
        <Link to={runPath(project, run.id)}>{moment(run.started_at).local}</Link>
        {run.logical_date === null ? null : <span className="muted" title={logicalWord(run.logical_date).also}> for {logicalWord(run.logical_date).local}</span>}
      </td>
      <td className="muted">{triggerWord(run.trigger)}</td>
      <td className="runs-number">{took === null ? "" : duration(took)}</td>
      <td className="runs-number muted">
        <Moment at={run.started_at} />
      </td>
    </tr>
  );
}
