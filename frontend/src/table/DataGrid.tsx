import { type KeyboardEvent, type UIEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { columnWidth } from "../model/cells";
import { type Sort, sortedBy } from "../model/sort";
import {
  edgesOfColumns,
  heldTop,
  isScaled,
  rowOffset,
  scrollHeight,
  scrollTopOf,
  topOf,
  topShowing,
  type Viewport,
  visibleColumns,
  visibleRows,
} from "../model/window";
import { RowSource } from "../state/rows";
import { useStore } from "../ui/useStore";
import type { Client } from "../wire/client";
import type { OutputView } from "../wire/schemas";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { CellViewer } from "./CellViewer";
import { type Position, positionAfter } from "./position";
import { GridHeader } from "./GridHeader";
import { GridRow } from "./GridRow";

export const ROW_HEIGHT = 24;
const HEADER_HEIGHT = 44;

interface DataGridProps {
  readonly name: string;
  readonly client: Client;
  readonly project: string;
  readonly output: OutputView;
}

/** A stored table, all of it: windows of it are fetched as they come into view. */
export function DataGrid({ name, client, project, output }: DataGridProps) {
  const [sort, setSort] = useState<Sort | null>(null);
  const source = useMemo(() => new RowSource(client, project, output, sort), [client, project, output, sort]);
  useEffect(() => () => source.close(), [source]);
  return <Grid name={name} output={output} source={source} sort={sort} onSort={(column) => setSort(sortedBy(sort, column))} />;
}

interface GridProps {
  readonly name: string;
  readonly output: OutputView;
  readonly source: RowSource;
  readonly sort: Sort | null;
  readonly onSort: (column: string) => void;
}

function Grid({ name, output, source, sort, onSort }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const [box_, setBox] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const [left, setLeft] = useState(0);
  const [at, setAt] = useState<Position>({ row: 0, column: 0 });
  const [opened, setOpened] = useState<Position | null>(null);
  const [widths, setWidths] = useState(() => output.columns.map((column) => columnWidth(column.name, column.type)));
  const problem = useStore(source.problem);
  useStore(source.version);

  const rowCount = output.rows ?? 0;
  const gutter = 20 + 7.4 * String(rowCount).length;
  const edges = useMemo(() => edgesOfColumns(widths), [widths]);
  const view: Viewport = { rowCount, rowHeight: ROW_HEIGHT, height: Math.max(0, box_.height - HEADER_HEIGHT) };
  const held = heldTop(view, top);
  const rows = visibleRows(view, held);
  const columns = visibleColumns(edges, left, box_.width);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setBox({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (box_.height > 0) source.want({ first: rows.first, end: rows.end }, { first: columns.first, end: columns.end });
  }, [source, rows.first, rows.end, columns.first, columns.end, box_.height]);
  const moveTo = (next: number) => {
    setTop(heldTop(view, next));
    if (box.current !== null) box.current.scrollTop = scrollTopOf(view, next);
  };
  useWheel(box, isScaled(view), (by) => moveTo(held + by / ROW_HEIGHT));
  const scroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollLeft } = event.currentTarget;
    setLeft(scrollLeft);
    if (Math.abs(scrollTop - scrollTopOf(view, held)) > 1.5) setTop(topOf(view, scrollTop));
  };
  const show = (next: Position) => {
    setAt(next);
    moveTo(topShowing(view, held, next.row));
    const element = box.current;
    const start = edges[next.column] ?? 0;
    const end = edges[next.column + 1] ?? 0;
    if (element === null) return;
    if (start < element.scrollLeft) element.scrollLeft = start;
    else if (end + gutter > element.scrollLeft + element.clientWidth) element.scrollLeft = end + gutter - element.clientWidth;
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const size = { rows: rowCount, columns: output.columns.length, page: Math.max(1, Math.floor(view.height / ROW_HEIGHT) - 1) };
    const next = positionAfter(at, event.key, event.ctrlKey || event.metaKey, size);
    if (next !== null) {
      event.preventDefault();
      show(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      setOpened(at);
    } else if (event.key === "c" && (event.ctrlKey || event.metaKey)) copy();
  };
  const copy = () => {
    const cell = source.cell(at.row, at.column);
    if (cell.kind === "value" && getSelection()?.isCollapsed !== false) void navigator.clipboard.writeText(cell.full);
  };
  const openedColumn = opened === null ? undefined : output.columns[opened.column];

  return (
    <>
      {problem === null ? null : (
        <Note tone="bad" isLive>
          Some rows could not be read: {problem} <Button onClick={() => source.retry()}>Try again</Button>
        </Note>
      )}
      <div
        ref={box}
        className="grid"
        role="grid"
        aria-label={name}
        aria-rowcount={rowCount + 1}
        aria-colcount={output.columns.length + 1}
        aria-readonly="true"
        aria-activedescendant={`${gridId}-${at.row}-${at.column}`}
        tabIndex={0}
        onScroll={scroll}
        onKeyDown={press}
      >
        <div className="grid-size" style={{ height: scrollHeight(view) + HEADER_HEIGHT, width: gutter + (edges.at(-1) ?? 0) }}>
          <GridHeader
            columns={output.columns}
            span={columns}
            edges={edges}
            gutter={gutter}
            sort={sort}
            onSort={onSort}
            onWiden={(column, width) => setWidths(widths.map((one, index) => (index === column ? Math.max(48, width) : one)))}
          />
          <div className="grid-rows" role="rowgroup" style={{ top: HEADER_HEIGHT }}>
            {Array.from({ length: rows.end - rows.first }, (_, index) => rows.first + index).map((row) => (
              <GridRow
                key={row}
                source={source}
                row={row}
                offset={rowOffset(view, held, row)}
                layout={{ columns: output.columns, span: columns, edges, gutter }}
                gridId={gridId}
                activeColumn={at.row === row ? at.column : null}
                onPick={(column, isOpening) => {
                  setAt({ row, column });
                  if (isOpening) setOpened({ row, column });
                }}
              />
            ))}
          </div>
        </div>
      </div>
      {opened === null || openedColumn === undefined ? null : (
        <CellViewer
          cell={source.cell(opened.row, opened.column)}
          column={openedColumn}
          row={opened.row}
          onClose={() => {
            setOpened(null);
            box.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** Let the wheel move by rows where the scroll bar's pixels stand for many. */
function useWheel(box: { readonly current: HTMLDivElement | null }, isOn: boolean, move: (by: number) => void): void {
  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null || !isOn) return undefined;
    const turn = (event: WheelEvent) => {
      if (event.deltaY === 0 || event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      latest.current(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * ROW_HEIGHT : event.deltaY);
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [box, isOn]);
}
