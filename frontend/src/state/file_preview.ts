import { tableFromIPC } from "apache-arrow";

/** A window of a data file: its columns and the file's own types, its rows as texts, and how many there are in all. */
export interface PreviewRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly total: number;
}

export function readPreview(bytes: Uint8Array): PreviewRows {
  const table = tableFromIPC(bytes);
  const types: unknown = JSON.parse(table.schema.metadata.get("flowstone-types") ?? "[]");
  const columns = table.schema.fields.map((field, index) => ({
    name: field.name,
    type: Array.isArray(types) ? String(types[index] ?? "") : "",
  }));
  const rows = Array.from({ length: table.numRows }, (_, row) =>
    columns.map((_column, index): string | null => {
      const cell: unknown = table.getChildAt(index)?.get(row);
      return typeof cell === "string" ? cell : null;
    }),
  );
  return { columns, rows, total: Number(table.schema.metadata.get("flowstone-total-rows") ?? rows.length) };
}
