import { type KeyboardEvent, type PointerEvent, type UIEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Filter, SortKey } from "../model/look_of_table";
import { at, extended, type Position, rangeOf, type Selection } from "../model/selection";
import { heldTop, isScaled, rowOffset, scrollHeight, scrollTopOf, topOf, topShowing, type Viewport, visibleColumns, visibleRows } from "../model/window";
import type { RowSource } from "../state/rows";
import type { SummarySource } from "../state/summaries";
import { useStore } from "../ui/useStore";
import { GridHeader, type HeaderActions } from "./GridHeader";
import { GridRow } from "./GridRow";
import { type Layout, placeOf } from "./layout";
import { positionAfter } from "./position";
import type { Spot } from "./Popover";

export const ROW_HEIGHT = 24;
const HEADER_HEIGHT = 80;
const EDGE = 24;

export interface GridActions extends HeaderActions {
  readonly select: (selection: Selection) => void;
  readonly open: (position: Position) => void;
  readonly copy: () => void;
}

interface GridProps {
  readonly name: string;
  readonly source: RowSource;
  readonly summaries: SummarySource;
  readonly layout: Layout;
  readonly look: { readonly sort: readonly SortKey[]; readonly filter: Filter };
  readonly rowCount: number;
  readonly selection: Selection;
  readonly actions: GridActions;
}

/** The part of a table that is in view, and all there is to scroll over. */
export function Grid({ name, source, summaries, layout, look, rowCount, selection, actions }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const [seen, setSeen] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const [left, setLeft] = useState(0);
  useStore(source.version);
  useStore(summaries.version);

  const view: Viewport = { rowCount, rowHeight: ROW_HEIGHT, height: Math.max(0, seen.height - HEADER_HEIGHT) };
  const held = heldTop(view, top);
  const rows = visibleRows(view, held);
  const columns = visibleColumns(layout.freeEdges, left, Math.max(0, seen.width - layout.fixed));
  const range = rangeOf(selection, rowCount, layout.columns.length);
  const filtered = useMemo(() => new Set(look.filter.conditions.map((one) => one.column)), [look.filter]);
  const isSeen = seen.height > 0;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSeen({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const wantedRows = Math.max(rows.end, 1);
  const wantedColumns = layout.pinnedCount + columns.end;
  useEffect(() => {
    if (!isSeen) return;
    const shown = { first: layout.pinnedCount + columns.first, end: wantedColumns };
    source.want({ first: rows.first, end: wantedRows }, layout.pinnedCount > 0 ? { first: 0, end: shown.end } : shown);
    summaries.want(layout.columns.filter((_, index) => index < layout.pinnedCount || (index >= shown.first && index < shown.end)).map((column) => column.key));
  }, [source, summaries, layout, rows.first, wantedRows, columns.first, wantedColumns, isSeen]);
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
  const bringIntoView = (next: Position) => {
    moveTo(topShowing(view, held, next.row));
    const element = box.current;
    if (element === null) return;
    if (next.column < layout.pinnedCount) {
      element.scrollLeft = 0;
      return;
    }
    const { left: start, width } = placeOf(layout, next.column);
    const room = element.clientWidth - layout.fixed;
    if (start < element.scrollLeft) element.scrollLeft = start;
    else if (start + width > element.scrollLeft + room) element.scrollLeft = start + width - room;
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const isControl = event.ctrlKey || event.metaKey;
    const size = { rows: rowCount, columns: layout.columns.length, page: Math.max(1, Math.floor(view.height / ROW_HEIGHT) - 1) };
    const next = positionAfter(selection.head, event.key, isControl, size);
    const acted = () => event.preventDefault();
    if (next !== null) {
      acted();
      actions.select(event.shiftKey ? extended(selection, next) : at(next));
      bringIntoView(next);
    } else if (event.key === "Enter" && event.altKey) {
      acted();
      const column = layout.columns[selection.head.column];
      if (column !== undefined) actions.menu(column.key, below(cellOrHead(event.currentTarget, `${gridId}-${selection.head.row}-${selection.head.column}`, column.key)));
    } else if (event.key === "Enter") {
      acted();
      actions.open(selection.head);
    } else if (event.key === " " && (isControl || event.shiftKey)) {
      acted();
      actions.select({ ...selection, of: isControl ? "columns" : "rows" });
    } else if (event.key.toLowerCase() === "a" && isControl) {
      acted();
      actions.selectAll();
    } else if (event.key.toLowerCase() === "c" && isControl && getSelection()?.isCollapsed !== false) {
      acted();
      actions.copy();
    }
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    const begun = placeAt(event.target);
    if (begun === null) return;
    const of = begun.column === null ? "rows" : "cells";
    const position = { row: begun.row, column: begun.column ?? 0 };
    let current: Selection = event.shiftKey ? { ...selection, head: position, of } : { anchor: position, head: position, of };
    actions.select(current);
    const move = (moved: globalThis.PointerEvent) => {
      const element = box.current;
      if (element === null) return;
      const frame = element.getBoundingClientRect();
      if (moved.clientY > frame.bottom - EDGE) element.scrollTop += ROW_HEIGHT;
      else if (moved.clientY < frame.top + HEADER_HEIGHT) element.scrollTop -= ROW_HEIGHT;
      if (moved.clientX > frame.right - EDGE) element.scrollLeft += EDGE;
      else if (moved.clientX < frame.left + layout.fixed) element.scrollLeft -= EDGE;
      const over = placeAt(document.elementFromPoint(moved.clientX, moved.clientY));
      if (over === null) return;
      current = { ...current, head: { row: over.row, column: over.column ?? current.head.column } };
      actions.select(current);
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  };
  return (
    <div
      ref={box}
      className="grid"
      role="grid"
      aria-label={name}
      aria-rowcount={rowCount + 1}
      aria-colcount={layout.columns.length + 1}
      aria-readonly="true"
      aria-multiselectable="true"
      aria-activedescendant={`${gridId}-${selection.head.row}-${selection.head.column}`}
      tabIndex={0}
      onScroll={scroll}
      onKeyDown={press}
    >
      <div className="grid-size" style={{ height: scrollHeight(view) + HEADER_HEIGHT, width: layout.fixed + (layout.freeEdges.at(-1) ?? 0) }}>
        <GridHeader layout={layout} span={columns} sort={look.sort} filtered={filtered} summaryOf={(key) => summaries.of(key)} actions={actions} />
        <div
          className="grid-rows"
          role="rowgroup"
          style={{ top: HEADER_HEIGHT }}
          onPointerDown={point}
          onDoubleClick={(event) => {
            const place = placeAt(event.target);
            if (place !== null && place.column !== null) actions.open({ row: place.row, column: place.column });
          }}
        >
          {Array.from({ length: rows.end - rows.first }, (_, index) => rows.first + index).map((row) => (
            <GridRow
              key={row}
              source={source}
              row={row}
              offset={rowOffset(view, held, row)}
              layout={layout}
              span={columns}
              gridId={gridId}
              active={selection.head}
              range={range}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** The cell that an element is, or its row where it is a row's number. */
function placeAt(target: EventTarget | null): { readonly row: number; readonly column: number | null } | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
  const row = element?.dataset["row"];
  if (row === undefined) return null;
  const column = element?.dataset["at"];
  return { row: Number(row), column: column === undefined ? null : Number(column) };
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

/** A cell, or while its row is on its way its column's head, or else the grid. */
function cellOrHead(grid: HTMLElement, cell: string, column: string): HTMLElement {
  const heads = [...grid.querySelectorAll<HTMLElement>(".grid-column")];
  return document.getElementById(cell) ?? heads.find((head) => head.dataset["key"] === column) ?? grid;
}

function below(element: HTMLElement): Spot {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
}
