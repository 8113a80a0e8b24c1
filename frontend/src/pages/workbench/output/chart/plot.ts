import * as Plot from "@observablehq/plot";
import { type Chart, type ChartPoint, type ChartPoints, measureText, pointRows } from "../../../../model/chart";
import { COLOURS, coloursOf } from "./colours";

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

const NULL = "null";
/** What adds up when it is stacked. Means laid on top of each other would say nothing. */
const ADDITIVE: ReadonlySet<Chart["aggregate"]> = new Set(["count", "sum"]);
const MAX_UPRIGHT = 14;
const MAX_LABEL = 9;

/** Draw a chart. The picture brings no styles of its own, which the page would not allow: see chart.css. */
export function drawn(chart: Chart, points: ChartPoints, frame: Frame): SVGElement | HTMLElement {
  const rows = pointRows(points).map((row) => shownRow(row, points, chart));
  const picture = Plot.plot({
    width: frame.width,
    height: frame.height,
    className: "flowstone-plot",
    ariaLabel: frame.name,
    marginLeft: 56,
    marginBottom: 38,
    grid: true,
    color: colourScale(chart, points),
    ...shapesOf(chart, points, rows),
  });
  for (const style of picture.querySelectorAll("style")) style.remove();
  picture.setAttribute("role", "img");
  return picture;
}

type Value = number | string | Date | null;
type Row = Readonly<Record<string, Value>>;

function shownRow(row: ChartPoint, points: ChartPoints, chart: Chart): Row {
  const axis = (name: string, kind: ChartPoints["x"]): Value => {
    const value = row[name] ?? null;
    if (kind === "time" && typeof value === "number") return new Date(value);
    return kind === "category" && value === null ? NULL : value;
  };
  const colour = row["colour"] ?? null;
  return {
    ...row,
    x: axis("x", points.x),
    x2: axis("x2", points.x),
    y: axis("y", points.y),
    y2: axis("y2", points.y),
    colour: chart.colour === "" ? "" : typeof colour === "number" ? colour : (colour ?? NULL),
  };
}

function colourScale(chart: Chart, points: ChartPoints): Plot.ScaleOptions {
  if (chart.mark === "heatmap" || (points.columns["colour"] ?? []).some((value) => typeof value === "number")) {
    return { type: "linear", scheme: "viridis" };
  }
  const values = coloursOf(points).map((value) => value ?? NULL);
  return { type: "ordinal", domain: chart.colour === "" ? [""] : values, range: chart.colour === "" ? ["var(--chart-1)"] : COLOURS.slice(0, Math.max(1, values.length)) };
}

function shapesOf(chart: Chart, points: ChartPoints, rows: readonly Row[]): Plot.PlotOptions {
  const labels = { x: { label: chart.x }, y: { label: measureText(chart) } };
  switch (chart.mark) {
    case "bar":
      return barsOf(chart, points, rows);
    case "line":
      return { ...axes(chart, points), marks: [Plot.ruleY([0], { strokeOpacity: 0.25 }), Plot.lineY(rows, { x: "x", y: "y", stroke: "colour", z: "colour", strokeWidth: 1.75, tip: true }), ...dots(rows)] };
    case "area":
      return { ...axes(chart, points), marks: [Plot.areaY(rows, { x: "x", ...heightOf(chart, "y"), fill: "colour", z: "colour", tip: true }), Plot.ruleY([0])] };
    case "point":
      return { ...labels, ...axes(chart, points), marks: [Plot.dot(rows, { x: "x", y: "y", fill: "colour", fillOpacity: 0.6, r: 2.5, tip: true })] };
    case "histogram":
      return { ...labels, marks: [Plot.rectY(rows, { x1: "x", x2: "x2", y: "y", fill: "colour", z: "colour", insetLeft: 1, tip: true }), Plot.ruleY([0])] };
    case "box":
      return boxesOf(chart, rows);
    case "heatmap":
      return heatmapOf(chart, points, rows);
  }
}

function axes(chart: Chart, points: ChartPoints): Plot.PlotOptions {
  const x = points.x === "category" ? { type: "point" as const, domain: domainOf(points, "x") } : {};
  const y = points.y === "category" ? { type: "point" as const, domain: domainOf(points, "y") } : {};
  return { x: { label: chart.x, ...x }, y: { label: measureText(chart), ...y } };
}

/** Few points on a line are shown as such: a single one would not be seen. */
function dots(rows: readonly Row[]): readonly Plot.Markish[] {
  return rows.length > 80 ? [] : [Plot.dot(rows, { x: "x", y: "y", fill: "colour", r: 2.5 })];
}

function domainOf(points: ChartPoints, column: "x" | "y"): readonly string[] {
  return [...new Set((points.columns[column] ?? []).map((value) => (value === null ? NULL : String(value))))];
}

function barsOf(chart: Chart, points: ChartPoints, rows: readonly Row[]): Plot.PlotOptions {
  const measure = { label: measureText(chart) };
  if (points.x !== "category") {
    const wide = stepOf(points);
    const spans = rows.map((row) => ({ ...row, x2: next(row["x"] ?? null, wide) }));
    return { x: { label: chart.x }, y: measure, marks: [Plot.rectY(spans, { x1: "x", x2: "x2", ...heightOf(chart, "y"), fill: "colour", z: "colour", insetLeft: 0.5, insetRight: 0.5, tip: true }), Plot.ruleY([0])] };
  }
  const domain = domainOf(points, "x");
  const isLong = domain.some((word) => word.length > MAX_LABEL) || domain.length > MAX_UPRIGHT;
  const band = { label: chart.x, domain, padding: 0.15 };
  if (!isLong) return { x: band, y: measure, marks: [Plot.barY(rows, { x: "x", ...heightOf(chart, "y"), fill: "colour", z: "colour", tip: true }), Plot.ruleY([0])] };
  const marginLeft = Math.min(180, 24 + 6.5 * Math.max(...domain.map((word) => word.length)));
  return { marginLeft, y: { ...band, tickFormat: (word: string) => cut(word) }, x: measure, marks: [Plot.barX(rows, { y: "x", ...heightOf(chart, "x"), fill: "colour", z: "colour", tip: true }), Plot.ruleX([0])] };
}

/** How high bars and areas are: stacked where their sum says something, else one before the other. */
function heightOf(chart: Chart, axis: "x" | "y"): Readonly<Record<string, string | number>> {
  if (chart.colour === "" || ADDITIVE.has(chart.aggregate)) return { [axis]: "y" };
  return { [`${axis}1`]: 0, [`${axis}2`]: "y", fillOpacity: 0.45 };
}

const cut = (word: string) => (word.length > 24 ? `${word.slice(0, 23)}…` : word);

/** The smallest step between two places on x: how wide a bar may be. */
function stepOf(points: ChartPoints): number {
  const places = [...new Set(points.columns["x"] ?? [])].filter((value) => typeof value === "number").toSorted((a, b) => a - b);
  const steps = places.slice(1).map((value, index) => value - (places[index] ?? value));
  return steps.length === 0 ? (points.x === "time" ? 86_400_000 : 1) : Math.min(...steps);
}

function next(value: Value, step: number): Value {
  if (value instanceof Date) return new Date(value.getTime() + step);
  return typeof value === "number" ? value + step : value;
}

function boxesOf(chart: Chart, rows: readonly Row[]): Plot.PlotOptions {
  const named = rows.map((row) => ({ ...row, x: row["x"] instanceof Date ? row["x"].toISOString().slice(0, 10) : String(row["x"]) }));
  const fill = "var(--chart-1)";
  return {
    x: { label: chart.x, type: "band", domain: named.map((row) => row.x), tickFormat: (word: string) => cut(word), tickRotate: named.length > MAX_UPRIGHT ? -40 : 0 },
    y: { label: chart.y },
    marginBottom: named.length > MAX_UPRIGHT ? 64 : 38,
    marks: [
      Plot.ruleX(named, { x: "x", y1: "low", y2: "high" }),
      Plot.barY(named, { x: "x", y1: "q1", y2: "q3", fill, fillOpacity: 0.55, tip: true }),
      Plot.tickY(named, { x: "x", y: "median", strokeWidth: 2 }),
    ],
  };
}

function heatmapOf(chart: Chart, points: ChartPoints, rows: readonly Row[]): Plot.PlotOptions {
  const isBandX = points.x === "category";
  const isBandY = points.y === "category";
  const x = { label: chart.x, ...(isBandX ? { domain: domainOf(points, "x") } : {}) };
  const y = { label: chart.y, ...(isBandY ? { domain: domainOf(points, "y") } : {}) };
  const look = { fill: "value", inset: 0.5, tip: true };
  const longest = isBandY ? Math.max(...domainOf(points, "y").map((word) => word.length)) : 0;
  const options = { x, y, marginLeft: Math.max(56, Math.min(180, 24 + 6.5 * longest)), grid: false };
  if (isBandX && isBandY) return { ...options, marks: [Plot.cell(rows, { x: "x", y: "y", ...look })] };
  if (isBandX) return { ...options, marks: [Plot.barY(rows, { x: "x", y1: "y", y2: "y2", ...look })] };
  if (isBandY) return { ...options, marks: [Plot.barX(rows, { y: "y", x1: "x", x2: "x2", ...look })] };
  return { ...options, marks: [Plot.rect(rows, { x1: "x", x2: "x2", y1: "y", y2: "y2", ...look })] };
}
