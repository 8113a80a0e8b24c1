import { lazy, Suspense, useId, useState } from "react";
import type { BlockFacts } from "../../model/look";
import { isAtWork } from "../../model/look";
import type { PastOutput } from "../../model/past_outputs";
import { type PanelTab, panelTab, tabFor } from "../../model/panel";
import { size } from "../../model/format";
import { type Tab, Tabs } from "../../ui/Tabs";
import { Moment } from "../../ui/Moment";
import { Empty, Note } from "../../ui/Note";
import type { BlockView, OutputView } from "../../wire/schemas";
import { useBench } from "./bench";
import { ChecksView } from "./ChecksView";
import { JsonOutput } from "./JsonOutput";
import { LogView } from "./LogView";
import { EffectNote } from "./effects/EffectNote";
import { OutputNames } from "./output/OutputNames";
import { PastBanner } from "./output/PastBanner";
import { RichOutput } from "./RichOutput";
import { SettingsView } from "./SettingsView";

const ChartTab = lazy(async () => ({ default: (await import("./output/chart/ChartTab")).ChartTab }));
const HistoryTab = lazy(async () => ({ default: (await import("./output/history/HistoryTab")).HistoryTab }));
const ProfileTab = lazy(async () => ({ default: (await import("./output/profile/ProfileTab")).ProfileTab }));
const DataGrid = lazy(async () => ({ default: (await import("../../table/DataGrid")).DataGrid }));

interface OutputPanelProps {
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
  readonly facts: BlockFacts;
  readonly isSeen: boolean;
}

export function OutputPanel({ block, blocks, facts, isSeen }: OutputPanelProps) {
  const [chosen, setChosen] = useState<PanelTab | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [past, setPast] = useState<PastOutput | null>(null);
  const panelId = useId();
  const { receipts, checks } = facts;
  const openPast = (one: PastOutput) => {
    setPast(one);
    setChosen("data");
  };
  const shown = chosen ?? tabFor(block.kind, facts.look.status, facts.outputs.length > 0, receipts.length > 0);
  const failing = checks.filter((check) => !check.passed).length;
  const tabs: readonly Tab[] = [
    { id: "data", label: "Data" },
    ...(facts.outputs.some((output) => output.kind === "table") ? [{ id: "profile", label: "Profile" }] : []),
    ...(block.kind === "exporter" ? [] : [{ id: "chart", label: "Chart" }, { id: "history", label: "History" }]),
    { id: "logs", label: "Logs" },
    {
      id: "checks",
      label: block.kind === "exporter" ? "Receipts" : "Checks",
      mark: failing > 0 ? `${failing} failed` : receipts.length + checks.length > 0 ? String(receipts.length + checks.length) : undefined,
    },
    { id: "settings", label: "Settings" },
  ];
  const isSmall = facts.outputs.length === 0 && receipts.length === 0 && checks.length === 0 && (shown === "data" || shown === "checks") && !isAtWork(facts.look);
  return (
    <div className={`output${isSmall ? " is-small" : ""}${shown === "settings" ? " is-open" : ""}${facts.look.status === "stale" && facts.outputs.length > 0 ? " is-stale" : ""}`}>
      <div className="output-bar">
        <Tabs
          name={`Views of ${block.id}`}
          tabs={tabs}
          chosen={shown}
          panelId={panelId}
          onChoose={(id) => setChosen(panelTab(id))}
        />
        <OutputFacts facts={facts} />
      </div>
      <EffectNote block={block.id} />
      <div className="output-room" role="tabpanel" id={panelId} aria-label={`${shown} of ${block.id}`}>
        {!isSeen ? null : shown === "data" ? (
          <DataTab block={block} facts={facts} name={name} onName={setName} past={past} onBack={() => setPast(null)} />
        ) : shown === "profile" ? (
          <Suspense fallback={<div className="column-profile" aria-busy="true" />}>
            <ProfileTab outputs={facts.outputs} name={name} onName={setName} />
          </Suspense>
        ) : shown === "chart" ? (
          <Suspense fallback={<div className="chart-tab" aria-busy="true" />}>
            <ChartTab block={block} outputs={facts.outputs} name={name} onName={setName} />
          </Suspense>
        ) : shown === "history" ? (
          <Suspense fallback={<div className="history" aria-busy="true" />}>
            <HistoryTab block={block.id} outputs={facts.outputs} name={name} onName={setName} onOpen={openPast} />
          </Suspense>
        ) : shown === "logs" ? (
          <LogView block={block.id} run={facts.run} isLive={isAtWork(facts.look)} isMapped={block.map !== ""} />
        ) : shown === "settings" ? (
          <SettingsView block={block} blocks={blocks} />
        ) : (
          <ChecksView checks={checks} receipts={receipts} declared={block.checks} />
        )}
      </div>
    </div>
  );
}

function OutputFacts({ facts }: { readonly facts: BlockFacts }) {
  const bytes = facts.outputs.reduce((sum, output) => sum + output.size_bytes, 0);
  const madeAt = facts.freshness?.made_at ?? null;
  if (facts.outputs.length === 0) return null;
  return (
    <span className="output-facts">
      <span>{size(bytes)}</span>
      {madeAt === null ? null : <Moment at={madeAt} />}
    </span>
  );
}

interface DataTabProps {
  readonly block: BlockView;
  readonly facts: BlockFacts;
  readonly name: string | null;
  readonly onName: (name: string) => void;
  readonly past: PastOutput | null;
  readonly onBack: () => void;
}

function DataTab({ block, facts, name, onName, past, onBack }: DataTabProps) {
  const { project } = useBench();
  const output = past?.output ?? facts.outputs.find((one) => one.name === name) ?? facts.outputs[0];
  if (output === undefined) return <NoData block={block} facts={facts} />;
  return (
    <>
      {past === null ? (
        <OutputNames names={facts.outputs.map((one) => one.name)} chosen={output.name} onChoose={onName} />
      ) : (
        <PastBanner past={past} project={project} onBack={onBack} />
      )}
      {output.warnings.map((warning) => (
        <Note key={warning} tone="warn">
          {warning}
        </Note>
      ))}
      <Output block={block} output={output} />
    </>
  );
}

function Output({ block, output }: { readonly block: BlockView; readonly output: OutputView }) {
  const { world, project, pipeline } = useBench();
  if (output.kind === "json") return <JsonOutput client={world.client} project={project} output={output} />;
  if (output.kind !== "table") return <RichOutput key={output.hash} client={world.client} project={project} output={output} />;
  if (output.columns.length === 0) return <Empty title="The output has no columns" />;
  return (
    <Suspense fallback={<div className="grid" aria-busy="true" />}>
      <DataGrid
        key={output.hash}
        name={`Rows of ${block.id}`}
        client={world.client}
        project={project}
        output={output}
        memory={`${pipeline}/${block.id}/${output.name}`}
      />
    </Suspense>
  );
}

function NoData({ block, facts }: { readonly block: BlockView; readonly facts: BlockFacts }) {
  if (isAtWork(facts.look)) return <p className="output-none">{facts.look.status === "waiting" ? "Waiting for what it needs…" : "Running…"}</p>;
  if (block.kind === "exporter") return <p className="output-none">An exporter gives no data. What it wrote stands under Receipts.</p>;
  if (facts.look.status === "fresh") return <p className="output-none">It ran, and gave no output.</p>;
  return (
    <p className="output-none">
      No output yet. <kbd>Shift ↵</kbd> runs this block and what it needs.
    </p>
  );
}
