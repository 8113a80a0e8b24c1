import type { Position } from "../model/selection";

interface Size {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page key moves by. */
  readonly page: number;
}

/** Return where a key moves the grid's active cell, or null for a key that does not move it. */
export function positionAfter(at: Position, key: string, isFar: boolean, size: Size): Position | null {
  const to = (row: number, column: number): Position => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  switch (key) {
    case "ArrowUp":
      return to(isFar ? 0 : at.row - 1, at.column);
    case "ArrowDown":
      return to(isFar ? size.rows : at.row + 1, at.column);
    case "ArrowLeft":
      return to(at.row, isFar ? 0 : at.column - 1);
    case "ArrowRight":
      return to(at.row, isFar ? size.columns : at.column + 1);
    case "PageUp":
      return to(at.row - size.page, at.column);
    case "PageDown":
      return to(at.row + size.page, at.column);
    case "Home":
      return to(isFar ? 0 : at.row, 0);
    case "End":
      return to(isFar ? size.rows : at.row, size.columns);
    default:
      return null;
  }
}
