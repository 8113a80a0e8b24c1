import type { Chart, ChartPoints } from "../../../../model/chart";
import { pointText } from "../../../../model/chart";
import { coloursOf, COLOURS } from "./colours";

/** What the colours of a chart stand for. */
export function ChartLegend({ chart, points }: { readonly chart: Chart; readonly points: ChartPoints }) {
  const numbers = numbersOf(points, chart.mark === "heatmap" ? "value" : "colour");
  if (numbers !== null) {
    return (
      <p className="chart-legend">
        <span>{chart.mark === "heatmap" ? chart.value || "rows" : chart.colour}</span>
        <span className="muted">{pointText(numbers.low, false)}</span>
        <span className="chart-ramp" aria-hidden="true" />
        <span className="muted">{pointText(numbers.high, false)}</span>
      </p>
    );
  }
  const values = coloursOf(points);
  if (values.length < 2 && chart.colour === "") return null;
  return (
    <ul className="chart-legend" aria-label={`Colours of ${chart.colour}`}>
      {values.map((value, place) => (
        <li key={place}>
          <span className="chart-swatch" aria-hidden="true" style={{ background: COLOURS[place % COLOURS.length] }} />
          {value === null ? <i>null</i> : value}
        </li>
      ))}
    </ul>
  );
}

function numbersOf(points: ChartPoints, column: string): { readonly low: number; readonly high: number } | null {
  const values = (points.columns[column] ?? []).filter((value) => typeof value === "number");
  const isBox = points.columns["q1"] !== undefined;
  if (values.length === 0 || isBox) return null;
  return { low: values.reduce((a, b) => Math.min(a, b)), high: values.reduce((a, b) => Math.max(a, b)) };
}
