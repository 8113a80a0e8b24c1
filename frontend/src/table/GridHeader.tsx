import type { PointerEvent } from "react";
import { isNumeric } from "../model/cells";
import type { Sort } from "../model/sort";
import type { Span } from "../model/window";
import { Icon } from "../ui/Icon";
import type { ColumnView } from "../wire/schemas";

interface GridHeaderProps {
  readonly columns: readonly ColumnView[];
  readonly span: Span;
  readonly edges: readonly number[];
  readonly gutter: number;
  readonly sort: Sort | null;
  readonly onSort: (column: string) => void;
  readonly onWiden: (column: number, width: number) => void;
}

export function GridHeader({ columns, span, edges, gutter, sort, onSort, onWiden }: GridHeaderProps) {
  const shown = columns.slice(span.first, span.end).map((column, index) => ({ column, index: span.first + index }));
  return (
    <div className="grid-head" role="row" aria-rowindex={1}>
      <div className="grid-corner" role="columnheader" aria-colindex={1} aria-label="Row number" style={{ width: gutter }} />
      {shown.map(({ column, index }) => {
        const left = edges[index] ?? 0;
        const width = (edges[index + 1] ?? left) - left;
        const direction = sort?.column === column.name ? (sort.descending ? "descending" : "ascending") : "none";
        return (
          <div
            key={index}
            className={isNumeric(column.type) ? "grid-column is-number" : "grid-column"}
            role="columnheader"
            aria-colindex={index + 2}
            aria-sort={direction}
            aria-label={`${column.name}, ${column.type}`}
            style={{ left: gutter + left, width }}
          >
            <button type="button" tabIndex={-1} className="grid-sort" title={`${column.name}\n${column.type}`} onClick={() => onSort(column.name)}>
              <span className="grid-name">
                <span>{column.name === "" ? "(no name)" : column.name}</span>
                {direction === "none" ? null : <Icon name={direction === "ascending" ? "up" : "down"} />}
              </span>
              <span className="grid-type">{column.type}</span>
            </button>
            <div className="grid-widen" aria-hidden="true" onPointerDown={(event) => widen(event, width, (to) => onWiden(index, to))} />
          </div>
        );
      })}
    </div>
  );
}

function widen(event: PointerEvent<HTMLDivElement>, width: number, onWiden: (width: number) => void): void {
  const handle = event.currentTarget;
  const start = event.clientX;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  const move = (moved: globalThis.PointerEvent) => onWiden(width + moved.clientX - start);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
}
