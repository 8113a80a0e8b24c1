import type { Schemas } from "../wire/schemas";
import { count, plural } from "./format";

export type TableDifference = Schemas["TableDifferenceView"];
export type ColumnChange = Schemas["ColumnChangeView"];

/** Which rows of a difference are shown. */
export type DifferencePart = "all" | "added" | "removed" | "changed";

export const PARTS: readonly DifferencePart[] = ["all", "changed", "added", "removed"];

/** How rows belong together: by a key that is found, by columns that are named, or not at all. */
export type KeyChoice = { readonly by: "found" } | { readonly by: "none" } | { readonly by: "columns"; readonly columns: readonly string[] };

export function rowsOf(found: TableDifference, part: DifferencePart): number {
  switch (part) {
    case "all":
      return found.added + found.removed + found.changed;
    case "added":
      return found.added;
    case "removed":
      return found.removed;
    case "changed":
      return found.changed;
  }
}

/** What a difference comes to, in a sentence. */
export function differenceText(found: TableDifference): string {
  if (rowsOf(found, "all") > 0) {
    const same = found.rows_after - found.added - found.changed;
    return `${plural(same, "row")} of ${count(found.rows_after)} ${same === 1 ? "is" : "are"} the same`;
  }
  if (schemaChanges(found).length > 0) return "The rows are the same in the columns that both have";
  return "The rows are the same; their order or something about the table beyond its cells differs";
}

/** The columns that came, went or have another type. */
export function schemaChanges(found: TableDifference): readonly ColumnChange[] {
  return found.columns.filter((column) => column.before !== column.after);
}

/** What happened to a column, in words. */
export function schemaText(column: ColumnChange): string {
  if (column.before === null) return `new: ${column.after ?? ""}`;
  if (column.after === null) return `gone: was ${column.before}`;
  return `${column.before} → ${column.after}`;
}

/** The columns with changed cells, those with most first. */
export function changedColumns(found: TableDifference): readonly ColumnChange[] {
  return found.columns.filter((column) => (column.rows ?? 0) > 0).toSorted((one, other) => (other.rows ?? 0) - (one.rows ?? 0));
}

const MAX_SHOWN = 60;

/** Which columns the example rows have: the key, what changed, and then the rest as far as there is room. */
export function shownColumns(found: TableDifference): readonly string[] {
  const changed = changedColumns(found).map((column) => column.name);
  const all = [...found.key, ...changed, ...found.columns.map((column) => column.name)];
  return [...new Set(all)].slice(0, MAX_SHOWN);
}

/** What the key is, in words. */
export function keyText(found: TableDifference): string {
  if (found.key.length === 0) return "Whole rows";
  return found.key.join(" + ");
}
