import type { Completion } from "@codemirror/autocomplete";
import type { ColumnView } from "../../wire/schemas";

export interface Found {
  readonly column: Pick<ColumnView, "name" | "type">;
  readonly table: string;
}

/** Columns as completions: each name once, with its type and the block that it comes from. */
export function columnOptions(found: readonly Found[], written: (name: string) => string): readonly Completion[] {
  const options = new Map<string, Completion>();
  for (const { column, table } of found) {
    if (options.has(column.name)) continue;
    const detail = [column.type, table].filter((word) => word !== "").join(" · ");
    options.set(column.name, { label: column.name, type: "property", apply: written(column.name), detail, boost: 20 });
  }
  return [...options.values()];
}
