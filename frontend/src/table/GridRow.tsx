import { type Cell, isNumeric } from "../model/cells";
import { count } from "../model/format";
import { isIn, type Position, type Range } from "../model/selection";
import type { Span } from "../model/window";
import { dataPlace, type Layout, placeOf } from "./layout";

interface GridRowProps {
  readonly source: { readonly cell: (row: number, column: number) => Cell };
  readonly row: number;
  readonly offset: number;
  readonly layout: Layout;
  readonly span: Span;
  readonly gridId: string;
  readonly active: Position;
  readonly range: Range;
}

export function GridRow({ source, row, offset, layout, span, gridId, active, range }: GridRowProps) {
  const cell = (index: number) => {
    const column = layout.columns[index];
    if (column === undefined) return null;
    const { left, width } = placeOf(layout, index);
    const value = source.cell(row, index);
    const isActive = active.row === row && active.column === index;
    return (
      <div
        key={column.key}
        id={`${gridId}-${row}-${index}`}
        role="gridcell"
        aria-colindex={index + 2}
        aria-selected={isActive || isIn(range, row, index)}
        data-column={column.is_index ? "index" : dataPlace(layout, index)}
        data-row={row}
        data-at={index}
        dir={column.family === "text" ? "auto" : undefined}
        className={`grid-cell is-${value.kind}${isNumeric(column.type) ? " is-number" : ""}${isIn(range, row, index) ? " is-selected" : ""}${isActive ? " is-active" : ""}`}
        style={{ left: index < layout.pinnedCount ? layout.gutter + left : layout.fixed + left, width }}
      >
        {shown(value)}
      </div>
    );
  };
  const isRowSelected = row >= range.top && row < range.bottom;
  return (
    <div className={row % 2 === 0 ? "grid-row" : "grid-row is-odd"} role="row" aria-rowindex={row + 2} style={{ transform: `translateY(${offset}px)` }}>
      <div className="grid-fixed" style={{ width: layout.fixed }}>
        <div className={`grid-number${isRowSelected ? " is-selected" : ""}`} role="rowheader" aria-colindex={1} data-row={row} style={{ width: layout.gutter }}>
          {count(row)}
        </div>
        {Array.from({ length: layout.pinnedCount }, (_, index) => cell(index))}
      </div>
      {Array.from({ length: Math.max(0, span.end - span.first) }, (_, index) => cell(layout.pinnedCount + span.first + index))}
    </div>
  );
}

function shown(cell: Cell): string {
  switch (cell.kind) {
    case "pending":
      return "";
    case "null":
      return "null";
    case "value":
      return cell.text;
  }
}
