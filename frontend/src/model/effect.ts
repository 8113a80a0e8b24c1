import type { Schemas } from "../wire/schemas";
import { count } from "./format";

export type Effect = Schemas["EffectView"];
export type BlockEffect = Schemas["BlockEffectView"];
type OutputEffect = BlockEffect["outputs"][number];
type ColumnEffect = OutputEffect["columns"][number];

/** What is known of the effect of an edit: nothing, that it is being tried, or what it is. */
export type EffectState =
  | { readonly status: "none" }
  | { readonly status: "trying"; readonly of: string }
  | { readonly status: "known"; readonly of: string; readonly effect: Effect };

/** The effect on one block, if it is known and worth telling. */
export function effectOn(state: EffectState, block: string): BlockEffect | null {
  if (state.status !== "known") return null;
  const found = state.effect.blocks.find((one) => one.id === block) ?? null;
  return found?.outlook === "not_tried" && block !== state.of ? null : found;
}

/** A few words for the graph. */
export function effectBadge(effect: BlockEffect): string {
  switch (effect.outlook) {
    case "failed":
      return "would fail";
    case "same":
      return "no change";
    case "not_tried":
      return "not tried";
    case "changed": {
      const output = effect.outputs.find((one) => !one.is_same);
      return output === undefined ? "would change" : rowsText(output) || "would change";
    }
  }
}

function rowsText(output: OutputEffect): string {
  if (output.rows_after === null) return output.rows_before === null ? "" : "would be gone";
  if (output.rows_before === null || output.rows_before === output.rows_after) return `${count(output.rows_after)} rows`;
  return `${count(output.rows_before)} → ${count(output.rows_after)} rows`;
}

/** What would become of an output, in parts: rows, then what differs in them, then columns. */
export function outputParts(output: OutputEffect): readonly string[] {
  if (output.is_same) return [`${rowsText(output)}, the same`];
  const differing = [
    part(output.added, "added"),
    part(output.removed, "removed"),
    part(output.changed, "changed"),
  ].filter((one) => one !== "");
  return [rowsText(output), ...differing, ...output.columns.map(columnText)].filter((one) => one !== "");
}

function part(rows: number | null, word: string): string {
  return rows === null || rows === 0 ? "" : `${count(rows)} ${word}`;
}

function columnText(column: ColumnEffect): string {
  if (column.before === null) return `+ ${column.name}: ${column.after ?? ""}`;
  if (column.after === null) return `− ${column.name}`;
  const type = column.before === column.after ? [] : [`${column.before} → ${column.after}`];
  const isCounted = column.missing_before !== null && column.missing_after !== null && column.missing_before !== column.missing_after;
  const missing = isCounted ? [`${count(column.missing_before)} → ${count(column.missing_after)} missing`] : [];
  return `${column.name}: ${[...type, ...missing].join(", ")}`;
}
