import { columnWidth } from "../model/cells";
import { type PlacedColumns, placedColumns, type TableLook } from "../model/look_of_table";
import { edgesOfColumns } from "../model/window";
import type { ColumnView } from "../wire/schemas";

/** Where every column of a grid stands, in pixels. Columns are counted from the pinned ones on. */
export interface Layout {
  readonly columns: readonly ColumnView[];
  /** How many of them are pinned. */
  readonly pinnedCount: number;
  /** The left edges, the pinned ones' from the row numbers on, the others' from the pinned ones on; one more than there are of each. */
  readonly pinnedEdges: readonly number[];
  readonly freeEdges: readonly number[];
  /** The width of the row numbers. */
  readonly gutter: number;
  /** The width of all that stays. */
  readonly fixed: number;
}

export function layoutOf(all: readonly ColumnView[], look: TableLook, rowCount: number): Layout {
  const placed: PlacedColumns = placedColumns(all, look);
  const width = (column: ColumnView) => look.widths[column.key] ?? columnWidth(column.name, column.type);
  const pinnedEdges = edgesOfColumns(placed.pinned.map(width));
  const gutter = 20 + 7.4 * String(rowCount).length;
  const isAll = placed.pinned.length === 0 && placed.free === all;
  return {
    columns: isAll ? all : [...placed.pinned, ...placed.free],
    pinnedCount: placed.pinned.length,
    pinnedEdges,
    freeEdges: edgesOfColumns(placed.free.map(width)),
    gutter,
    fixed: gutter + (pinnedEdges.at(-1) ?? 0),
  };
}

/** Where a column begins and how wide it is, among its own kind. */
export function placeOf(layout: Layout, column: number): { readonly left: number; readonly width: number } {
  const isPinned = column < layout.pinnedCount;
  const edges = isPinned ? layout.pinnedEdges : layout.freeEdges;
  const at = isPinned ? column : column - layout.pinnedCount;
  const left = edges[at] ?? 0;
  return { left, width: (edges[at + 1] ?? left) - left };
}

/** The place of each column among those that are no index, which is how many a table has. */
export function dataPlace(layout: Layout, column: number): number {
  return column - layout.columns.slice(0, Math.min(column, layout.pinnedCount)).filter((one) => one.is_index).length;
}
