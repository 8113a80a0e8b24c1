export type CopyForm = "tsv" | "csv" | "markdown";

export const COPY_FORMS: readonly { readonly form: CopyForm; readonly label: string }[] = [
  { form: "tsv", label: "Copy as TSV" },
  { form: "csv", label: "Copy as CSV" },
  { form: "markdown", label: "Copy as Markdown" },
];

/** More than this is a download, and no copy. */
export const MAX_COPIED_CELLS = 1_000_000;

/** Write rows of cells in a form that can be pasted; `head` null leaves the names of the columns out. */
export function copied(form: CopyForm, head: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  const all = head === null ? rows : [head, ...rows];
  switch (form) {
    case "tsv":
      return all.map((row) => row.map(tsvCell).join("\t")).join("\n");
    case "csv":
      return all.map((row) => row.map(csvCell).join(",")).join("\r\n");
    case "markdown":
      return markdown(head ?? rows[0]?.map(() => "") ?? [], rows);
  }
}

/** As spreadsheets write it: a cell with a tab, a line end or a quote in it stands in quotes. */
function tsvCell(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvCell(text: string): string {
  return /[,\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

function markdownCell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\r\n|\n|\r/g, "<br>");
}
