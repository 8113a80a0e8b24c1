export interface Position {
  readonly row: number;
  readonly column: number;
}

/** What is selected: from where it was begun to where it was drawn; whole rows or columns go over all of them. */
export interface Selection {
  readonly anchor: Position;
  readonly head: Position;
  readonly of: "cells" | "rows" | "columns" | "all";
}

/** From the first to one past the last. */
export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const START: Selection = { anchor: { row: 0, column: 0 }, head: { row: 0, column: 0 }, of: "cells" };

export function at(position: Position): Selection {
  return { anchor: position, head: position, of: "cells" };
}

export function extended(selection: Selection, head: Position): Selection {
  return { ...selection, head, of: selection.of === "all" ? "cells" : selection.of };
}

/** The cells of a selection in a table of a size. */
export function rangeOf(selection: Selection, rows: number, columns: number): Range {
  const { anchor, head, of } = selection;
  const wide = of === "rows" || of === "all";
  const high = of === "columns" || of === "all";
  return {
    top: high ? 0 : Math.min(anchor.row, head.row),
    bottom: high ? rows : Math.min(rows, Math.max(anchor.row, head.row) + 1),
    left: wide ? 0 : Math.min(anchor.column, head.column),
    right: wide ? columns : Math.min(columns, Math.max(anchor.column, head.column) + 1),
  };
}

export function cellCount(range: Range): number {
  return Math.max(0, range.bottom - range.top) * Math.max(0, range.right - range.left);
}

export function isIn(range: Range, row: number, column: number): boolean {
  return row >= range.top && row < range.bottom && column >= range.left && column < range.right;
}
