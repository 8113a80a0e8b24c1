import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { effectOn } from "../../model/effect";
import { type Edge, inOrder } from "../../model/graph";
import { type BlockFacts, factsOf } from "../../model/look";
import { factsOfRun } from "../../model/past_run";
import { clearTroubles } from "../../state/notices";
import { pipelineQuery } from "../../state/queries";
import { remembered } from "../../state/remembered";
import type { ProjectWorld, World } from "../../state/world";
import type { Workbench } from "../../state/workbench";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import type { PipelineStatus, PipelineView, RunView } from "../../wire/schemas";
import { Failed } from "../Failed";
import { Problems } from "../Problems";
import { Waiting } from "../Waiting";
import { Tour } from "../commands/Tour";
import { BenchContext, type Bench } from "./bench";
import { BlockCard } from "./BlockCard";
import { CodeDesk, pageOf } from "./code_desk";
import { useEffects } from "./effects/useEffects";
import { GraphPane } from "./GraphPane";
import { LibraryDialog } from "./LibraryDialog";
import { PastRunBanner } from "./PastRunBanner";
import { OpenedFile } from "./OpenedFile";
import { ParamsForm } from "./ParamsForm";
import { Split } from "./Split";
import { StatusNote } from "./StatusNote";
import { TopBar } from "./TopBar";
import { useBenchCommands } from "./useBenchCommands";
import { usePastRun } from "./usePastRun";
import { useRunTitle } from "./useRunTitle";
import "../../editor/editor.css";
import "../../table/table.css";
import "./workbench.css";

interface PipelinePageProps {
  readonly world: World;
  readonly project: string;
  readonly pipeline: string;
  /** A run of the past whose outputs are shown instead of today's. */
  readonly run: string | null;
}

export function PipelinePage({ world, project, pipeline, run: past }: PipelinePageProps) {
  const found = useQuery(pipelineQuery(world.client, project, pipeline));
  const bench = useMemo((): Bench => {
    const home = world.project(project);
    return { world, home, project, pipeline, workbench: home.workbench(pipeline) };
  }, [world, project, pipeline]);
  const look = useStore(bench.workbench.look);
  const status = useQuery({ ...bench.workbench.statusQuery(look), placeholderData: keepPreviousData });
  const run = status.data?.active_run?.id ?? null;
  useEffect(() => bench.workbench.ended(status.data?.last_run ?? null), [bench, status.data?.last_run]);
  useEffect(() => (run === null ? undefined : clearTroubles()), [run]);
  useEffect(() => bench.workbench.settle(), [bench, found.data]);
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => (run === null ? undefined : world.live.want(`logs:${project}/${run}`)), [world, project, run]);
  useRunTitle(`${pipeline} · ${project}`, run !== null);
  const shown = usePastRun(bench, past);
  if (shown.isError) return <Failed title="The run could not be read" failed={shown.error} onRetry={() => void shown.refetch()} />;
  if (past !== null && shown.data === undefined) return <Waiting page="pipeline" />;
  if (found.data !== undefined) {
    return <Bench bench={bench} view={found.data} status={status.data ?? null} failed={status.error} past={past === null ? null : (shown.data ?? null)} />;
  }
  if (found.isError) {
    return <Failed title="The pipeline could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  }
  return <Waiting page="pipeline" />;
}

interface BenchProps {
  readonly bench: Bench;
  readonly view: PipelineView;
  readonly status: PipelineStatus | null;
  readonly failed: unknown;
  readonly past: RunView | null;
}

export type Opened = "nothing" | { readonly library: string | null; readonly into: Edge | null };

function Bench({ bench, view, status, failed, past }: BenchProps) {
  const { workbench, home } = bench;
  const [opened, setOpened] = useState<Opened>("nothing");
  const shown = useStore(remembered("view", "both"));
  const selected = useStore(workbench.selected);
  const effects = useEffects(bench, view, status?.active_run != null);
  const facts = useFacts(home, view, status, past);
  const shownFacts = useMemo(() => new Map([...facts].map(([id, one]) => [id, withEffect(one, effectOn(effects, id))])), [facts, effects]);
  const blocks = useMemo(() => inOrder(view.blocks), [view.blocks]);
  const codePage = useMemo(() => pageOf(bench), [bench]);
  const add = useCallback(() => setOpened({ library: selected, into: null }), [selected]);
  const choose = useCallback(
    (block: string | null) => {
      workbench.select(block);
      if (block !== null) document.getElementById(`card-${block}`)?.scrollIntoView({ block: "start" });
    },
    [workbench],
  );
  useBenchCommands(bench, view, status, { add, choose });
  const graph = <GraphPane view={view} facts={shownFacts} status={status} onSelect={choose} onAdd={(into) => setOpened({ library: selected, into })} />;
  return (
    <BenchContext.Provider value={bench}>
      <div className="bench">
        <TopBar view={view} status={status} onAdd={add} />
        <ParamsForm view={view} workbench={workbench} />
        {past === null ? null : <PastRunBanner run={past} />}
        <StatusNote status={status} failed={failed} />
        <Tour />
        <Split shown={shown === "graph" || shown === "notebook" ? shown : "both"} left={graph}>
          <main className="notebook" aria-label="Notebook">
            <Problems problems={view.problems.filter((problem) => !view.blocks.some((block) => block.file === problem.file))} />
            {blocks.length === 0 ? <NoBlocks onAdd={add} /> : null}
            {blocks.map((block) => (
              <Card key={block.id} block={block} view={view} facts={facts.get(block.id)} workbench={workbench} isActive={status?.active_run != null} />
            ))}
          </main>
        </Split>
        <OpenedFile desk={CodeDesk.of(bench.world, home)} page={codePage} />
        {typeof opened === "object" ? <LibraryDialog view={view} upstream={opened.library} into={opened.into} onClose={() => setOpened("nothing")} /> : null}
      </div>
    </BenchContext.Provider>
  );
}

interface CardProps {
  readonly block: PipelineView["blocks"][number];
  readonly view: PipelineView;
  readonly facts: BlockFacts | undefined;
  readonly workbench: Workbench;
  readonly isActive: boolean;
}

function Card({ block, view, facts, workbench, isActive }: CardProps) {
  const selected = useStore(workbench.selected);
  if (facts === undefined) return null;
  return <BlockCard block={block} blocks={view.blocks} facts={facts} isSelected={selected === block.id} isRunActive={isActive} />;
}

function NoBlocks({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <div className="panel">
      <Empty title="This pipeline has no blocks yet">
        <p>Begin with a loader, which brings data in. Then add transformers and exporters, and connect them in the graph.</p>
        <Button icon="plus" look="primary" onClick={onAdd}>
          Add the first block
        </Button>
      </Empty>
    </div>
  );
}

function withEffect(facts: BlockFacts, effect: BlockFacts["effect"]): BlockFacts {
  return effect == null ? facts : { ...facts, effect };
}

/** What is known of each block; a block whose facts did not change keeps the same value. */
function useFacts(home: ProjectWorld, view: PipelineView, status: PipelineStatus | null, past: RunView | null): ReadonlyMap<string, BlockFacts> {
  const progress = useStore(home.progress);
  return useMemo(() => {
    if (past !== null) return new Map(view.blocks.map((block) => [block.id, factsOfRun(past, block.id)]));
    const run = status?.active_run?.id ?? "";
    return new Map(view.blocks.map((block) => [block.id, factsOf(status, block.id, progress.get(`${run}/${block.id}`))]));
  }, [view.blocks, status, progress, past]);
}
