import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isFiltering, type TableLook } from "../model/look_of_table";
import { plural, size } from "../model/format";
import type { Client } from "../wire/client";
import type { ColumnView, OutputView, Schemas } from "../wire/schemas";
import { wordsOf } from "../state/notices";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { Note } from "../ui/Note";

type Format = Schemas["NewDownload"]["format"];

const FORMATS: readonly { readonly format: Format; readonly label: string; readonly hint: string }[] = [
  { format: "parquet", label: "Parquet", hint: "All types kept, small; for pandas, DuckDB, BigQuery" },
  { format: "csv", label: "CSV", hint: "Text, for everything else" },
  { format: "arrow", label: "Arrow", hint: "All types kept, opened without reading" },
  { format: "ndjson", label: "JSON lines", hint: "An object a line" },
  { format: "xlsx", label: "Excel", hint: "One sheet, up to 1 048 575 rows" },
];

interface DownloadDialogProps {
  readonly name: string;
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
  readonly look: TableLook;
  readonly columns: readonly ColumnView[];
  readonly onClose: () => void;
}

/** A table to take away: in which form, how much of it, and how large that is. */
export function DownloadDialog({ name, client, project, output, look, columns, onClose }: DownloadDialogProps) {
  const [format, setFormat] = useState<Format>("parquet");
  const canBeView = isFiltering(look.filter) || look.sort.length > 0;
  const canBePart = columns.length !== output.columns.length || look.order.length > 0;
  const [isView, setView] = useState(canBeView);
  const [isPart, setPart] = useState(canBePart);
  const [isGuarded, setGuarded] = useState(true);
  const body: Schemas["NewDownload"] = {
    format,
    name,
    guards_formulas: isGuarded,
    ...(isView ? { view: { filter: { ...look.filter, conditions: [...look.filter.conditions] }, sort: [...look.sort] } } : {}),
    ...(isPart ? { columns: columns.map((column) => column.key) } : {}),
  };
  const ready = useQuery({
    queryKey: ["download", project, output.hash, body],
    queryFn: () => client.newDownload(project, output.hash, body),
    retry: false,
    gcTime: 0,
    staleTime: 300_000,
  });
  return (
    <Dialog title="Download" className="dialog-narrow" onClose={onClose}>
      <div className="dialog-body">
        <fieldset className="choices">
          <legend>Form</legend>
          {FORMATS.map((one) => (
            <label key={one.format} className="choice">
              <input type="radio" name="format" checked={format === one.format} onChange={() => setFormat(one.format)} />
              <span>
                <span className="choice-name">{one.label}</span> <span className="muted">{one.hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {canBeView || canBePart ? (
          <fieldset className="choices">
            <legend>What</legend>
            {canBeView ? (
              <label className="tick">
                <input type="checkbox" checked={isView} onChange={(event) => setView(event.target.checked)} /> Only the rows as they are filtered and sorted now
              </label>
            ) : null}
            {canBePart ? (
              <label className="tick">
                <input type="checkbox" checked={isPart} onChange={(event) => setPart(event.target.checked)} /> Only the {plural(columns.length, "shown column")}, in this order
              </label>
            ) : null}
          </fieldset>
        ) : null}
        {format === "csv" ? (
          <label className="tick">
            <input type="checkbox" checked={isGuarded} onChange={(event) => setGuarded(event.target.checked)} />
            <span>
              Guard formulas <span className="muted">an apostrophe before texts that begin with = + - or @, which a spreadsheet would run</span>
            </span>
          </label>
        ) : null}
        {ready.isError ? <Note tone="bad">{wordsOf(ready.error)}</Note> : null}
      </div>
      <div className="dialog-foot download-foot">
        <span className="muted" role="status">
          {ready.data === undefined ? (ready.isError ? "" : "Estimating…") : `${plural(ready.data.rows, "row")} × ${plural(ready.data.columns, "column")}, about ${size(ready.data.estimated_bytes)}`}
        </span>
        {ready.data === undefined ? (
          <Button look="primary" icon="download" isDisabled>
            Download
          </Button>
        ) : (
          <a className="button button-primary" href={ready.data.path} download={ready.data.file_name} onClick={() => setTimeout(onClose, 200)}>
            <Icon name="download" />
            <span>Download</span>
          </a>
        )}
      </div>
    </Dialog>
  );
}
