import { useState } from "react";
import { type Chart, chartName, isSameChart, suggestedChart } from "../../../../model/chart";
import { Button } from "../../../../ui/Button";
import { Empty } from "../../../../ui/Note";
import type { BlockView, OutputView } from "../../../../wire/schemas";
import { useBench } from "../../bench";
import { OutputNames } from "../OutputNames";
import { ChartForm } from "./ChartForm";
import { ChartView } from "./ChartView";
import "./chart.css";

interface ChartTabProps {
  readonly block: BlockView;
  readonly outputs: readonly OutputView[];
  readonly name: string | null;
  readonly onName: (name: string) => void;
}

/** Charts of a block's outputs: those that are kept with it, and one that is being tried. */
export function ChartTab({ block, outputs, name, onName }: ChartTabProps) {
  const tables = outputs.filter((one) => one.kind === "table" && one.columns.length > 0);
  const output = tables.find((one) => one.name === name) ?? tables[0];
  if (output === undefined) {
    return <Empty title="Nothing to draw">{outputs.length === 0 ? "Run the block first: charts are drawn of its output." : "Only tables can be drawn."}</Empty>;
  }
  return (
    <div className="chart-tab">
      <OutputNames names={tables.map((one) => one.name)} chosen={output.name} onChoose={onName} />
      <Charts key={output.name} block={block} output={output} isFirst={output === outputs[0]} />
    </div>
  );
}

interface ChartsProps {
  readonly block: BlockView;
  readonly output: OutputView;
  readonly isFirst: boolean;
}

function Charts({ block, output, isFirst }: ChartsProps) {
  const { workbench } = useBench();
  const mine = block.charts.flatMap((chart, place) => (isOf(chart, output, isFirst) ? [{ chart, place }] : []));
  const [place, setPlace] = useState<number | null>(mine[0]?.place ?? null);
  const [draft, setDraft] = useState<Chart | null>(null);
  const kept = place === null ? undefined : block.charts[place];
  const chart = draft ?? kept ?? suggestedChart(output.columns, isFirst ? "" : output.name);
  const isKept = kept !== undefined && isSameChart(kept, chart);
  const choose = (next: number | null) => {
    setPlace(next);
    setDraft(null);
  };
  const save = async (charts: readonly Chart[], next: number | null) => {
    if (await workbench.edit({ op: "set_charts", block: block.id, charts: [...charts] })) choose(next);
  };
  const keep = () =>
    void (kept === undefined
      ? save([...block.charts, chart], block.charts.length)
      : save(block.charts.map((one, at) => (at === place ? chart : one)), place));
  return (
    <>
      <div className="chart-bar">
        <div className="chart-names" role="group" aria-label="Charts">
          {mine.map((one) => (
            <button key={one.place} type="button" aria-pressed={one.place === place} onClick={() => choose(one.place)} title={chartName(one.chart)}>
              {chartName(one.chart)}
            </button>
          ))}
          <button type="button" aria-pressed={kept === undefined} onClick={() => choose(null)}>
            + New chart
          </button>
        </div>
        <div className="row-of-buttons">
          {kept === undefined || isKept ? null : <Button look="quiet" onClick={() => setDraft(null)}>As it was</Button>}
          {kept === undefined ? null : (
            <Button look="quiet" onClick={() => void save(block.charts.filter((_, at) => at !== place), null)}>
              Remove
            </Button>
          )}
          <Button isDisabled={isKept} title="Keep this chart with the pipeline" onClick={keep}>
            {isKept ? "Kept" : "Keep"}
          </Button>
        </div>
      </div>
      <div className="chart-room">
        <ChartForm chart={chart} columns={output.columns} onChange={setDraft} />
        <ChartView name={`${block.id}: ${chartName(chart)}`} chart={chart} output={output} />
      </div>
    </>
  );
}

function isOf(chart: Chart, output: OutputView, isFirst: boolean): boolean {
  return chart.output === output.name || (chart.output === "" && isFirst);
}
