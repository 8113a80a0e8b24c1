import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { duration, moment, plural } from "../../model/format";
import { fieldText } from "../../model/form";
import { pipelinePath, runPath } from "../../model/route";
import { logicalWord, triggerWord } from "../../model/run_page";
import { firstFailed, isResumable, runSeconds } from "../../model/runs";
import { goTo } from "../../state/navigation";
import { tellFailure } from "../../state/notices";
import { runQuery } from "../../state/queries";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import { Moment } from "../../ui/Moment";
import { useNow } from "../../ui/useNow";
import { hasStatus } from "../../wire/failure";
import type { RunView } from "../../wire/schemas";
import { Failed } from "../Failed";
import { Link } from "../Link";
import { RunState } from "../RunMarks";
import { Waiting } from "../Waiting";
import { KeepRun } from "./KeepRun";
import { ResumeRun } from "./ResumeRun";
import { RunBlock } from "./RunBlock";
import { RunsHead } from "./RunsHead";
import "./runs.css";

interface RunPageProps {
  readonly world: World;
  readonly project: string;
  readonly run: string;
}

/** One run: what each block did, as it does it or did it then. */
export function RunPage({ world, project, run }: RunPageProps) {
  const found = useQuery({ ...runQuery(world.client, project, run), staleTime: 0 });
  const isGoing = found.data?.state === "running";
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => (isGoing ? world.live.want(`logs:${project}/${run}`) : undefined), [world, project, run, isGoing]);
  useEffect(() => {
    document.title = `Run ${run} · ${found.data?.pipeline ?? project} · Flowstone`;
  }, [run, project, found.data?.pipeline]);
  if (found.data !== undefined) return <Run world={world} project={project} run={found.data} />;
  if (found.isError) return <Failed title="The run could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  return <Waiting page="project" />;
}

function Run({ world, project, run }: { readonly world: World; readonly project: string; readonly run: RunView }) {
  const now = useNow(run.state === "running" ? 1000 : null);
  const failed = firstFailed(run);
  return (
    <main className="runs-page">
      <RunsHead project={project} pipeline={run.pipeline} title={`Run of ${moment(run.started_at).local}`} isRun>
        <Link to={pipelinePath(project, run.pipeline)} className="button">
          Open the workbench
        </Link>
        {isResumable(run) ? <ResumeRun world={world} project={project} run={run.id} /> : null}
        {run.state === "running" ? null : <KeepRun world={world} project={project} run={run} />}
        <RunActions world={world} project={project} run={run} />
      </RunsHead>
      <Facts run={run} now={now} />
      <section aria-labelledby="blocks-title">
        <h2 id="blocks-title">{plural(run.blocks.length, "block")}</h2>
        <ul className="panel run-blocks" aria-label="Blocks">
          <li className="run-block-head" aria-hidden="true">
            <span>State</span>
            <span>Block</span>
            <span className="run-gantt-head">Time</span>
            <span className="runs-number">Tries</span>
            <span className="runs-number">Took</span>
            <span className="runs-number">Rows</span>
            <span className="runs-number">CPU</span>
            <span className="runs-number">Memory</span>
          </li>
          {run.blocks.map((part) => (
            <RunBlock key={part.id} home={world.project(project)} run={run} part={part} now={now} isFirstFailed={part.id === failed} />
          ))}
        </ul>
      </section>
    </main>
  );
}

function RunActions({ world, project, run }: { readonly world: World; readonly project: string; readonly run: RunView }) {
  const [asked, setAsked] = useState<"nothing" | "stop" | "again">("nothing");
  const stop = async () => {
    setAsked("stop");
    try {
      await world.client.stopRun(project, run.id);
    } catch (failed) {
      if (!hasStatus(failed, 409)) tellFailure("The run could not be stopped", failed);
      setAsked("nothing");
    }
  };
  const again = async () => {
    setAsked("again");
    const body = { params: run.params, profile: run.profile, reuse: "pure" as const, run: crypto.randomUUID() };
    try {
      const started = await world.client.startRun(project, run.pipeline, body);
      goTo(runPath(project, started.run));
    } catch (failed) {
      tellFailure("The run did not start", failed);
      setAsked("nothing");
    }
  };
  if (run.state === "running") {
    return (
      <Button icon="stop" look="danger" isDisabled={asked === "stop"} onClick={() => void stop()}>
        {asked === "stop" ? "Stopping…" : "Stop"}
      </Button>
    );
  }
  return (
    <Button icon="play" look="primary" title="The whole pipeline, with these params and this profile, and the code as it is now" isDisabled={asked === "again"} onClick={() => void again()}>
      Run again
    </Button>
  );
}

function Facts({ run, now }: { readonly run: RunView; readonly now: number }) {
  const took = runSeconds(run) ?? Math.max(0, Math.floor(now - run.started_at));
  const params = Object.entries(run.params);
  return (
    <dl className="run-facts panel">
      <Fact name="State">
        <RunState state={run.state} />
      </Fact>
      <Fact name="Took">{duration(took)}</Fact>
      <Fact name="Started">
        <Moment at={run.started_at} />
      </Fact>
      <Fact name="Started by">{triggerWord(run.trigger)}</Fact>
      {run.logical_date === null ? null : <Fact name="For">{logicalWord(run.logical_date)}</Fact>}
      <Fact name="Profile">{run.profile}</Fact>
      {params.map(([name, value]) => (
        <Fact key={name} name={`Param ${name}`}>
          <span className="mono">{fieldText(value)}</span>
        </Fact>
      ))}
      <Fact name="Run">
        <span className="mono">{run.id}</span>
      </Fact>
      {run.snapshot === "" ? null : (
        <Fact name="Code">
          <span className="mono" title={`The code as it was: .flowstone/snapshots/${run.snapshot}`}>
            {run.snapshot.slice(0, 12)}
          </span>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
