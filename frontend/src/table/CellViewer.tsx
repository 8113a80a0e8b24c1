import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { hexDump, imageTypeOf } from "../model/bytes";
import { type Cell, typedCell } from "../model/cells";
import { count, plural, size } from "../model/format";
import { copyText } from "../state/clipboard";
import type { RowSource } from "../state/rows";
import { wordsOf } from "../state/notices";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Note } from "../ui/Note";
import type { ColumnView } from "../wire/schemas";
import { JsonTree } from "./JsonTree";

interface CellViewerProps {
  readonly source: RowSource;
  readonly column: ColumnView;
  readonly place: { readonly row: number; readonly column: number };
  readonly onClose: () => void;
}

/** One value, all of it: as text, as a tree, as bytes or as the image that they are. */
export function CellViewer({ source, column, place, onClose }: CellViewerProps) {
  const fetched = useQuery({
    queryKey: ["cell", source.view, place.row, place.column],
    queryFn: () => source.page(place.row, place.column),
    gcTime: 0,
    retry: false,
  });
  const page = fetched.data;
  const cell = page === undefined ? source.cell(place.row, place.column) : typedCell(column.type, page.cell(0, 0));
  const content = page?.content(0, 0) ?? null;
  const full = cell.kind === "value" ? cell.full : "";
  return (
    <Dialog title={column.name === "" ? "(no name)" : column.name} onClose={onClose}>
      <div className="dialog-body" aria-busy={page === undefined && !fetched.isError}>
        <p className="muted">
          Row {count(place.row)} · {column.type}
          {content?.kind === "bytes" ? ` · ${size(content.bytes.length)}` : cell.kind === "value" ? ` · ${plural(full.length, "character")}` : ""}
        </p>
        {page?.isCut === true ? <Note tone="warn">It is too large to be shown whole: this is its beginning.</Note> : null}
        {fetched.isError ? <Note tone="bad">{wordsOf(fetched.error)}</Note> : null}
        {content?.kind === "bytes" ? <Bytes bytes={content.bytes} /> : content?.kind === "tree" ? <Tree value={content.value} /> : <Text cell={cell} />}
      </div>
      <div className="dialog-foot">
        <Button icon="copy" isDisabled={cell.kind !== "value"} onClick={() => void copyText(full, "The cell is in the clipboard")}>
          Copy
        </Button>
      </div>
    </Dialog>
  );
}

function Text({ cell }: { readonly cell: Cell }) {
  const json = useMemo(() => (cell.kind === "value" ? treeOf(cell.full) : null), [cell]);
  if (json !== null) return <Tree value={json} />;
  const isEmpty = cell.kind === "value" && cell.full === "";
  const words = cell.kind === "pending" ? "Reading…" : cell.kind === "null" ? "null: there is no value" : isEmpty ? "An empty text" : cell.full;
  return (
    <pre className={`code cell-text${cell.kind !== "value" || isEmpty ? " is-none" : ""}`} dir="auto" tabIndex={0} role="region" aria-label="Value">
      {words}
    </pre>
  );
}

function Tree({ value }: { readonly value: unknown }) {
  return (
    <div className="code cell-text json" tabIndex={0} role="region" aria-label="Value">
      <JsonTree value={value} />
    </div>
  );
}

function Bytes({ bytes }: { readonly bytes: Uint8Array }) {
  const type = imageTypeOf(bytes);
  const url = useMemo(() => (type === null ? null : URL.createObjectURL(new Blob([bytes.slice()], { type }))), [bytes, type]);
  useEffect(() => () => (url === null ? undefined : URL.revokeObjectURL(url)), [url]);
  return (
    <>
      {url === null ? null : <img className="cell-image" src={url} alt="The image in the cell" />}
      <pre className="code cell-text" tabIndex={0} role="region" aria-label="Bytes">
        {hexDump(bytes)}
        {bytes.length > 4096 ? `\n… ${count(bytes.length - 4096)} more bytes` : ""}
      </pre>
    </>
  );
}

function treeOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const found: unknown = JSON.parse(text);
    return found;
  } catch {
    return null;
  }
}
