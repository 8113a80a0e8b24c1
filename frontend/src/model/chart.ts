import type { ColumnView, Schemas } from "../wire/schemas";
import { count } from "./format";

export type Chart = Schemas["ChartSpec"];
export type ChartPoints = Schemas["ChartPoints"];
export type Mark = Schemas["Mark"];
export type Aggregate = Schemas["Aggregate"];
export type Bucket = Schemas["Bucket"];

export const MARKS: readonly { readonly mark: Mark; readonly word: string }[] = [
  { mark: "bar", word: "Bars" },
  { mark: "line", word: "Line" },
  { mark: "area", word: "Area" },
  { mark: "point", word: "Points" },
  { mark: "histogram", word: "Histogram" },
  { mark: "box", word: "Box" },
  { mark: "heatmap", word: "Heatmap" },
];
export const AGGREGATES: readonly Aggregate[] = ["count", "sum", "mean", "median", "min", "max", "distinct"];
export const BUCKETS: readonly Bucket[] = ["auto", "minute", "hour", "day", "week", "month", "quarter", "year"];

const EMPTY: Chart = { mark: "bar", x: "", y: "", colour: "", value: "", aggregate: "count", bucket: "auto", title: "", output: "" };
const ID_LIKE = /(^|[_\s.-])(id|key|uuid|code|number|no|year|month|day|hour)$/i;

/** What a column may be asked for. */
export type ChartField = "x" | "y" | "colour" | "value" | "aggregate" | "bucket";

/** Which fields a mark has, in the order in which they are asked. */
export function fieldsOf(chart: Chart, columns: readonly ColumnView[]): readonly ChartField[] {
  const isTime = [chart.x, chart.mark === "heatmap" ? chart.y : ""].some((key) => familyOf(key, columns) === "date");
  const bucket: readonly ChartField[] = isTime && chart.mark !== "point" && chart.mark !== "histogram" ? ["bucket"] : [];
  switch (chart.mark) {
    case "bar":
    case "line":
    case "area":
      return ["x", "y", "aggregate", "colour", ...bucket];
    case "point":
      return ["x", "y", "colour"];
    case "histogram":
      return ["x", "colour"];
    case "box":
      return ["x", "y", ...bucket];
    case "heatmap":
      return ["x", "y", "value", "aggregate", ...bucket];
  }
}

function familyOf(key: string, columns: readonly ColumnView[]): ColumnView["family"] | null {
  return columns.find((column) => column.key === key)?.family ?? null;
}

/** The columns that a field can take. */
export function choicesOf(field: ChartField, chart: Chart, columns: readonly ColumnView[]): readonly ColumnView[] {
  const isNumber = (column: ColumnView) => column.family === "number";
  if (chart.mark === "histogram" && field === "x") return columns.filter((column) => isNumber(column) || column.family === "date");
  if (chart.mark === "box" && field === "y") return columns.filter(isNumber);
  const isAggregated = (chart.mark === "heatmap" ? "value" : "y") === field && chart.mark !== "point";
  return isAggregated && chart.aggregate !== "count" && chart.aggregate !== "distinct" ? columns.filter(isNumber) : columns;
}

/** The chart that most likely shows something, from the types of the columns alone. */
export function suggestedChart(columns: readonly ColumnView[], output: string): Chart {
  const usual = columns.filter((column) => !column.is_index);
  const time = usual.find((column) => column.family === "date");
  const measure = usual.find((column) => column.family === "number" && !ID_LIKE.test(column.name));
  const word = usual.find((column) => column.family === "text" || column.family === "boolean");
  const begun = { ...EMPTY, output };
  if (time !== undefined) return measured({ ...begun, mark: "line", x: time.key }, measure);
  if (word !== undefined) return measured({ ...begun, x: word.key }, measure);
  if (measure !== undefined) return { ...begun, mark: "histogram", x: measure.key };
  return { ...begun, x: usual[0]?.key ?? columns[0]?.key ?? "" };
}

function measured(chart: Chart, measure: ColumnView | undefined): Chart {
  return measure === undefined ? chart : { ...chart, y: measure.key, aggregate: "mean" };
}

/** Change a chart, and with it what would no longer fit. */
export function withField(chart: Chart, change: Partial<Chart>, columns: readonly ColumnView[]): Chart {
  const next = fitted({ ...chart, ...change }, columns);
  return change.y !== undefined && chart.y === "" && change.y !== "" && next.aggregate === "count" && isNumber(change.y, columns) ? { ...next, aggregate: "mean" } : next;
}

function fitted(chart: Chart, columns: readonly ColumnView[]): Chart {
  const isAggregating = chart.aggregate !== "count" && chart.aggregate !== "distinct";
  const isBarLike = chart.mark === "bar" || chart.mark === "line" || chart.mark === "area";
  if (isBarLike && isAggregating && !isNumber(chart.y, columns)) return { ...chart, aggregate: "count", value: "" };
  if (chart.mark === "heatmap" && isAggregating && !isNumber(chart.value, columns)) return { ...chart, aggregate: "count", colour: "" };
  if (chart.mark === "histogram") return { ...chart, x: firstOf(chart.x, choicesOf("x", chart, columns)), y: "", value: "" };
  if (chart.mark === "box") return { ...chart, y: firstOf(chart.y, choicesOf("y", chart, columns)), colour: "", value: "" };
  if ((chart.mark === "point" || chart.mark === "heatmap") && chart.y === "") return { ...chart, y: otherThan(chart.x, columns) };
  return chart;
}

const isNumber = (key: string, columns: readonly ColumnView[]) => familyOf(key, columns) === "number";

function firstOf(key: string, choices: readonly ColumnView[]): string {
  return choices.some((column) => column.key === key) ? key : (choices[0]?.key ?? key);
}

function otherThan(key: string, columns: readonly ColumnView[]): string {
  const others = columns.filter((column) => column.key !== key && !column.is_index);
  return others.find((column) => column.family === "number")?.key ?? others[0]?.key ?? "";
}

/** What is measured, in words: `mean of price`, `rows`. */
export function measureText(chart: Chart): string {
  if (chart.mark === "histogram") return "rows";
  const measured_ = chart.mark === "heatmap" ? chart.value : chart.y;
  if (chart.mark === "box" || chart.mark === "point") return chart.y;
  if (measured_ === "") return "rows";
  return chart.aggregate === "count" ? `rows with ${measured_}` : `${chart.aggregate} of ${measured_}`;
}

/** What a chart is called: its title, or what it shows. */
export function chartName(chart: Chart): string {
  if (chart.title !== "") return chart.title;
  const what = chart.mark === "heatmap" ? `${measureText(chart)} by ${chart.x} and ${chart.y}` : `${measureText(chart)} by ${chart.x}`;
  return chart.colour === "" ? what : `${what} and ${chart.colour}`;
}

export function isSameChart(one: Chart, other: Chart): boolean {
  return JSON.stringify(Object.entries(one).toSorted()) === JSON.stringify(Object.entries(other).toSorted());
}

/** What is to be said below a chart: what it leaves out. */
export function chartNotes(chart: Chart, points: ChartPoints): readonly string[] {
  const sampled = points.sampled === null ? [] : [`A sample: ${count(points.sampled)} of ${count(points.rows)} rows`];
  const left = points.left_out === 0 ? [] : [`${count(points.left_out)} less common values of ${chart.x} are left out`];
  return [...sampled, ...left, ...points.notes];
}

/** One point, by the names of its columns. */
export type ChartPoint = Readonly<Record<string, number | string | null>>;

/** The points as rows. */
export function pointRows(points: ChartPoints): readonly ChartPoint[] {
  const names = Object.keys(points.columns);
  const length = points.columns["x"]?.length ?? 0;
  return Array.from({ length }, (_, row) => Object.fromEntries(names.map((name) => [name, points.columns[name]?.[row] ?? null])));
}

export interface TableColumn {
  readonly name: string;
  readonly title: string;
  readonly isTime: boolean;
}

/** The columns of the table that stands for a chart. */
export function tableColumns(chart: Chart, points: ChartPoints): readonly TableColumn[] {
  const isAxis = (name: string, axis: ChartPoints["x"]) => ({ x: points.x, x2: points.x, y: points.y, y2: points.y })[name] === axis;
  const titles: Readonly<Record<string, string>> = {
    x: chart.x,
    x2: `${chart.x} up to`,
    y: chart.mark === "heatmap" ? chart.y : measureText(chart),
    y2: `${chart.y} up to`,
    colour: chart.colour,
    value: chart.mark === "box" ? "outliers" : measureText(chart),
    q1: "lower quartile",
    q3: "upper quartile",
    low: "lower whisker",
    high: "upper whisker",
  };
  const isSaid = (name: string) => (points.columns[name] ?? []).some((value) => value !== null);
  return Object.keys(points.columns)
    .filter((name) => name === "x" || isSaid(name))
    .map((name) => ({ name, title: titles[name] ?? name, isTime: isAxis(name, "time") && (name.startsWith("x") || name.startsWith("y")) }));
}

/** Write a value of a point for people. */
export function pointText(value: number | string | null, isTime: boolean): string {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (isTime) return new Date(value).toISOString().replace("T", " ").replace(/(:00)?\.000Z$/, "").replace(/ 00:00$/, "");
  return count(Number(value.toPrecision(7)));
}
