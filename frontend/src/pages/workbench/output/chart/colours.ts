import type { ChartPoints } from "../../../../model/chart";

/** The colours of categories, which follow light and dark by themselves: see chart.css. */
export const COLOURS: readonly string[] = Array.from({ length: 11 }, (_, place) => `var(--chart-${place + 1})`);

/** The values that have a colour, the most frequent order kept, others last. */
export function coloursOf(points: ChartPoints): readonly (string | null)[] {
  const found = new Set((points.columns["colour"] ?? []).map((value) => (value === null ? null : String(value))));
  const sorted = [...found].toSorted((one, other) => rank(one) - rank(other) || String(one).localeCompare(String(other)));
  return sorted.length === 1 && sorted[0] === null ? [] : sorted;
}

function rank(value: string | null): number {
  return value === null ? 1 : value === "others" ? 2 : 0;
}
