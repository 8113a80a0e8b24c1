import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { type Chart, chartNotes } from "../../../../model/chart";
import { wordsOf } from "../../../../state/notices";
import { keys } from "../../../../state/queries";
import { Button } from "../../../../ui/Button";
import { Note } from "../../../../ui/Note";
import type { OutputView } from "../../../../wire/schemas";
import { useBench } from "../../bench";
import { ChartLegend } from "./ChartLegend";
import { ChartTable } from "./ChartTable";
import { savePng, saveSvg } from "./save";

const Drawing = lazy(async () => ({ default: (await import("./Drawing")).Drawing }));

interface ChartViewProps {
  readonly name: string;
  readonly chart: Chart;
  readonly output: OutputView;
}

/** A chart as it is drawn, or as a table of its points. */
export function ChartView({ name, chart, output }: ChartViewProps) {
  const { world, project } = useBench();
  const [isTable, setTable] = useState(false);
  const room = useRef<HTMLDivElement>(null);
  const asked = { ...chart, title: "" };
  const found = useQuery({
    queryKey: keys.chart(project, output.hash, asked),
    queryFn: ({ signal }) => world.client.chart(project, output.hash, asked, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const points = found.data;
  const svg = () => room.current?.querySelector("svg") ?? null;
  if (found.isError) {
    return (
      <div className="chart-view">
        <Note tone="warn">{wordsOf(found.error)}</Note>
      </div>
    );
  }
  if (points === undefined) return <div className="chart-view" aria-busy="true" />;
  const isEmpty = (points.columns["x"] ?? []).length === 0;
  return (
    <div className={found.isPlaceholderData ? "chart-view is-pending" : "chart-view"}>
      {isEmpty ? (
        <p className="output-none">No row has a value to draw.</p>
      ) : isTable ? (
        <ChartTable name={name} chart={chart} points={points} />
      ) : (
        <figure className="chart-figure" ref={room}>
          <ChartLegend chart={chart} points={points} />
          <Suspense fallback={<div className="chart-drawing" aria-busy="true" />}>
            <Drawing name={name} chart={found.isPlaceholderData ? null : chart} points={points} />
          </Suspense>
        </figure>
      )}
      <div className="chart-foot">
        <span className="muted chart-notes">{chartNotes(chart, points).join(". ")}</span>
        <Button look="quiet" onClick={() => setTable(!isTable)}>
          {isTable ? "As a chart" : "As a table"}
        </Button>
        <Button look="quiet" isDisabled={isTable || isEmpty} onClick={() => saveSvg(svg(), name)}>
          SVG
        </Button>
        <Button look="quiet" isDisabled={isTable || isEmpty} onClick={() => void savePng(svg(), name)}>
          PNG
        </Button>
      </div>
    </div>
  );
}
