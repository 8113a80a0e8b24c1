import type { Schemas } from "../wire/schemas";
import { count } from "./format";

export type ColumnSummary = Schemas["ColumnSummaryView"];

/** The share of rows without a value, from 0 to 1; NaN is none. */
export function missingShare(summary: ColumnSummary): number {
  return summary.rows === 0 ? 0 : ((summary.nulls ?? 0) + summary.nans) / summary.rows;
}

export function share(part: number): string {
  if (part === 0) return "0 %";
  if (part < 0.001) return "<0.1 %";
  return part > 0.999 && part < 1 ? ">99.9 %" : `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;
}

export function distinctWords(summary: ColumnSummary): string {
  if (summary.distinct === null) return "";
  return `${summary.is_distinct_exact ? "" : "≈ "}${count(summary.distinct)}`;
}

/** A header's second line of figures: 3 % missing · 16 distinct. */
export function summaryLine(summary: ColumnSummary): string {
  if (summary.problem !== "") return "";
  const missing = missingShare(summary);
  const parts = [missing === 0 ? "" : `${share(missing)} missing`, summary.distinct === null ? "" : `${distinctWords(summary)} distinct`];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Write a measured number with no more digits than tell. */
export function figure(value: number | null): string {
  if (value === null) return "";
  const rounded = Number(value.toPrecision(6));
  return String(rounded).includes("e") ? String(rounded) : count(rounded);
}

/** The heights of a histogram's bars, from 0 to 1; what is there at all is seen. */
export function heights(counts: readonly number[]): readonly number[] {
  const most = Math.max(1, ...counts);
  return counts.map((one) => (one === 0 ? 0 : Math.max(0.06, one / most)));
}
