import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { moment } from "../../model/format";
import { pipelinePath } from "../../model/route";
import { isResumable } from "../../model/runs";
import { runCodeQuery, runQuery } from "../../state/queries";
import type { World } from "../../state/world";
import { type Tab, Tabs } from "../../ui/Tabs";
import { useNow } from "../../ui/useNow";
import type { RunCode, RunView } from "../../wire/schemas";
import { ExportNotebook } from "../ExportNotebook";
import { Failed } from "../Failed";
import { Link } from "../Link";
import { Waiting } from "../Waiting";
import { useRunTitle } from "../workbench/useRunTitle";
import { KeepRun } from "./KeepRun";
import { ResumeRun } from "./ResumeRun";
import { RunAgain } from "./RunAgain";
import { RunFacts } from "./RunFacts";
import { RunGraph } from "./RunGraph";
import { RunReceipts } from "./RunReceipts";
import { RunsHead } from "./RunsHead";
import { StopRun } from "./StopRun";
import { ThenAndNow } from "./ThenAndNow";
import { Timeline } from "./Timeline";
import "./runs.css";
import "./run.css";

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
  const began = found.data === undefined ? run : moment(found.data.started_at).local;
  useRunTitle(`Run of ${began} · ${found.data?.pipeline ?? project}`, isGoing);
  if (found.data !== undefined) return <Run world={world} project={project} run={found.data} />;
  if (found.isError) return <Failed title="The run could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  return <Waiting page="project" />;
}

type View = "timeline" | "graph" | "receipts" | "code";
const VIEWS: readonly View[] = ["timeline", "graph", "receipts", "code"];

function Run({ world, project, run }: { readonly world: World; readonly project: string; readonly run: RunView }) {
  const now = useNow(run.state === "running" ? 1000 : null);
  const code = useQuery({ ...runCodeQuery(world.client, project, run.id), enabled: run.snapshot !== "" });
  const [view, setView] = useState<View>("timeline");
  const panel = useId();
  return (
    <main className="runs-page">
      <RunsHead project={project} pipeline={run.pipeline} title={`Run of ${moment(run.started_at).local}`} isRun>
        {run.state === "running" ? null : <KeepRun world={world} project={project} run={run} />}
        <Link to={pipelinePath(project, run.pipeline, run.id)} className="button" title="The workbench, with the outputs, logs and checks of this run">
          Open in the workbench
        </Link>
        <ExportNotebook world={world} project={project} pipeline={run.pipeline} run={run.id} profile={null} />
        {isResumable(run) ? <ResumeRun world={world} project={project} run={run} /> : null}
        {run.state === "running" ? <StopRun world={world} project={project} run={run.id} /> : <RunAgain world={world} project={project} run={run.id} />}
      </RunsHead>
      <RunFacts run={run} now={now} />
      <section className="run-views">
        <Tabs name="Views of the run" tabs={tabsOf(run, code.data ?? null)} chosen={view} panelId={panel} onChoose={(id) => setView(VIEWS.find((one) => one === id) ?? "timeline")} />
        <div role="tabpanel" id={panel} aria-label={view} className="panel run-view">
          {view === "timeline" ? <Timeline home={world.project(project)} run={run} now={now} code={code.data ?? null} /> : null}
          {view === "graph" ? <RunGraph run={run} code={code.data ?? null} now={now} onOpen={(block) => openPart(block, () => setView("timeline"))} /> : null}
          {view === "receipts" ? <RunReceipts run={run} /> : null}
          {view === "code" ? <ThenAndNow world={world} project={project} run={run.id} code={code.data ?? null} failed={code.error} /> : null}
        </div>
      </section>
    </main>
  );
}

function tabsOf(run: RunView, code: RunCode | null): readonly Tab[] {
  const receipts = run.blocks.reduce((sum, part) => sum + part.receipts.length, 0);
  const changed = code?.files.filter((file) => file.change !== "same").length ?? 0;
  return [
    { id: "timeline", label: "Timeline" },
    { id: "graph", label: "Graph" },
    { id: "receipts", label: "Receipts", mark: receipts === 0 ? undefined : String(receipts) },
    { id: "code", label: "Code", mark: changed === 0 ? undefined : `${changed} changed since` },
  ];
}

/** Show a block's row in the timeline, opened. */
function openPart(block: string, show: () => void): void {
  show();
  requestAnimationFrame(() => {
    const row = document.getElementById(`part-${block}`)?.querySelector("button");
    if (row?.getAttribute("aria-expanded") === "false") row.click();
    row?.scrollIntoView({ block: "center" });
    row?.focus();
  });
}
