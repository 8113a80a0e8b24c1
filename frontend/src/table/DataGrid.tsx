import { useCallback, useEffect, useMemo, useState } from "react";
import { fittingLook, isFiltering, movedColumn, readLook, sortedBy, type TableLook, writtenLook } from "../model/look_of_table";
import type { CopyForm } from "../model/copying";
import { cellCount, type Position, rangeOf, type Selection, START } from "../model/selection";
import { copyRange } from "../state/clipboard";
import { remembered } from "../state/remembered";
import { RowSource } from "../state/rows";
import { summariesOf } from "../state/summaries";
import { useStore } from "../ui/useStore";
import type { Client } from "../wire/client";
import type { OutputView } from "../wire/schemas";
import { Button } from "../ui/Button";
import { Empty, Note } from "../ui/Note";
import { CellViewer } from "./CellViewer";
import { type GridActions, Grid } from "./Grid";
import { GridBar, type Opened } from "./GridBar";
import { GridPopovers } from "./GridPopovers";
import { layoutOf } from "./layout";

const MIN_WIDTH = 48;
const MAX_FITTED = 640;
const CHARACTER = 7.3;

interface DataGridProps {
  readonly name: string;
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
  /** What the way of looking at it is remembered by; outputs that come after it are looked at in the same way. */
  readonly memory: string;
}

/** A stored table, all of it: sorted, filtered and searched by the server, and fetched as it comes into view. */
export function DataGrid({ name, client, project, output, memory }: DataGridProps) {
  const kept = remembered(`table.${project}.${memory}`, "");
  const text = useStore(kept);
  const look = useMemo(() => fittingLook(readLook(text), output.columns), [text, output.columns]);
  const onLook = useCallback((next: TableLook) => kept.set(writtenLook(next)), [kept]);
  const [selection, setSelection] = useState<Selection>(START);
  const [cell, setCell] = useState<Position | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);

  const rowsOfOutput = output.rows ?? 0;
  const layout = useMemo(() => layoutOf(output.columns, look, rowsOfOutput), [output.columns, look, rowsOfOutput]);
  const source = useSource({ client, project, output, look, columns: layout.columns });
  const summaries = useMemo(() => summariesOf(client, project, output.hash), [client, project, output.hash]);
  const problem = useStore(source.problem);
  const total = useStore(source.total);
  const range = rangeOf(selection, total ?? 0, layout.columns.length);
  const copy = (form: CopyForm, hasHead: boolean) => void copyRange(source, range, form, hasHead);
  const actions: GridActions = {
    select: setSelection,
    selectAll: () => setSelection({ ...START, of: "all" }),
    open: setCell,
    copy: () => copy("tsv", selection.of === "columns" || selection.of === "all"),
    sort: (key, isAdding) => onLook({ ...look, sort: sortedBy(look.sort, key, isAdding) }),
    widen: (key, width) => onLook({ ...look, widths: { ...look.widths, [key]: Math.max(MIN_WIDTH, Math.round(width)) } }),
    fit: (column) => {
      const key = layout.columns[column]?.key;
      if (key !== undefined) onLook({ ...look, widths: { ...look.widths, [key]: fittedWidth(source, column, total ?? 0) } });
    },
    move: (key, before) => onLook(movedColumn(output.columns, look, key, before)),
    menu: (key, at) => setOpened({ what: "menu", key, at }),
  };
  const openedColumn = cell === null ? undefined : layout.columns[cell.column];
  return (
    <div className="table">
      <GridBar
        columns={output.columns}
        look={look}
        rows={{ all: rowsOfOutput, shown: total }}
        selected={cellCount(range)}
        onLook={onLook}
        onOpen={setOpened}
        onCopy={(form) => copy(form, true)}
      />
      {problem === null ? null : (
        <Note tone="bad" isLive>
          {problem} <Button onClick={() => source.retry()}>Try again</Button>
        </Note>
      )}
      {total === 0 && isFiltering(look.filter) ? <Empty title="No row passes the filter" /> : null}
      <Grid
        name={name}
        source={source}
        summaries={summaries}
        layout={layout}
        look={look}
        rowCount={total ?? 0}
        selection={selection}
        actions={actions}
      />
      {total === null && problem === null ? (
        <div className="grid-wait" role="status">
          {isFiltering(look.filter) ? "Filtering…" : "Sorting…"}
        </div>
      ) : null}
      <GridPopovers
        opened={opened}
        about={{ name: fileName(memory), client, project, output, shown: layout.columns, summaries }}
        look={look}
        problem={problem}
        onLook={onLook}
        onOpen={setOpened}
        onSelectColumn={(key) => {
          const column = layout.columns.findIndex((one) => one.key === key);
          setSelection({ anchor: { row: 0, column }, head: { row: 0, column }, of: "columns" });
        }}
      />
      {cell === null || openedColumn === undefined ? null : <CellViewer source={source} column={openedColumn} place={cell} onClose={() => setCell(null)} />}
    </div>
  );
}

/** What a file with the table is called: after its block, and after the output where a block has several. */
function fileName(memory: string): string {
  const [block = "table", output = "output"] = memory.split("/").slice(-2);
  return output === "output" ? block : `${block}_${output}`;
}

interface Looked {
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
  readonly look: TableLook;
  readonly columns: OutputView["columns"];
}

/** The rows of a look; widths and pins that change nothing of the rows keep what was fetched. */
function useSource({ client, project, output, look, columns }: Looked): RowSource {
  const shown = columns.map((column) => column.key).join("\u0000");
  const view = JSON.stringify([look.filter, look.sort]);
  const source = useMemo(() => {
    const isStored = look.sort.length === 0 && !isFiltering(look.filter);
    const isSameLength = isStored || !isFiltering(look.filter);
    return new RowSource(client, project, output, { filter: look.filter, sort: look.sort, columns }, isStored || isSameLength ? (output.rows ?? 0) : null);
    // The texts stand for the look and the columns, which are made anew for every change of a width.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, project, output, view, shown]);
  useEffect(() => () => source.close(), [source]);
  return source;
}

/** How wide a column must be for what of it has been fetched. */
function fittedWidth(source: RowSource, column: number, rows: number): number {
  const name = source.view.columns[column]?.name ?? "";
  const lengths = Array.from({ length: Math.min(rows, 2000) }, (_, row) => source.cell(row, column)).map((cell) => (cell.kind === "value" ? cell.text.length : 4));
  return Math.round(Math.min(MAX_FITTED, Math.max(MIN_WIDTH, 40 + CHARACTER * name.length, 18 + CHARACTER * Math.max(0, ...lengths))));
}
