import { type Cell, isNumeric } from "../model/cells";
import { count } from "../model/format";
import type { Span } from "../model/window";
import type { ColumnView } from "../wire/schemas";

interface RowLayout {
  readonly columns: readonly ColumnView[];
  readonly span: Span;
  readonly edges: readonly number[];
  readonly gutter: number;
}

interface GridRowProps {
  readonly source: { readonly cell: (row: number, column: number) => Cell };
  readonly row: number;
  readonly offset: number;
  readonly layout: RowLayout;
  readonly gridId: string;
  readonly activeColumn: number | null;
  readonly onPick: (column: number, isOpening: boolean) => void;
}

export function GridRow({ source, row, offset, layout, gridId, activeColumn, onPick }: GridRowProps) {
  const { columns, span, edges, gutter } = layout;
  return (
    <div className={row % 2 === 0 ? "grid-row" : "grid-row is-odd"} role="row" aria-rowindex={row + 2} style={{ transform: `translateY(${offset}px)` }}>
      <div className="grid-number" role="rowheader" aria-colindex={1} style={{ width: gutter }}>
        {count(row)}
      </div>
      {columns.slice(span.first, span.end).map((column, index) => {
        const at = span.first + index;
        const left = edges[at] ?? 0;
        const cell = source.cell(row, at);
        return (
          <div
            key={at}
            id={`${gridId}-${row}-${at}`}
            role="gridcell"
            aria-colindex={at + 2}
            aria-selected={activeColumn === at}
            className={`grid-cell is-${cell.kind}${isNumeric(column.type) ? " is-number" : ""}`}
            style={{ left: gutter + left, width: (edges[at + 1] ?? left) - left }}
            onClick={() => onPick(at, false)}
            onDoubleClick={() => onPick(at, true)}
          >
            {shown(cell)}
          </div>
        );
      })}
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
