/** Arithmetic of a grid over more rows than a browser can make an element high. Lengths in pixels, `top` in rows. */

/** Chromium stops at 33,554,428 px, Firefox at 17,895,697 px; below both, with room to spare. */
export const MAX_HEIGHT = 8_000_000;

export interface Viewport {
  readonly rowCount: number;
  readonly rowHeight: number;
  /** The height that shows rows, without the header. */
  readonly height: number;
}

export interface Span {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** The height of the scrolled element: real while it fits, capped above. */
export function scrollHeight(view: Viewport): number {
  return Math.min(MAX_HEIGHT, view.rowCount * view.rowHeight);
}

/** Whether a pixel of the scroll bar stands for more than a pixel of rows. */
export function isScaled(view: Viewport): boolean {
  return view.rowCount * view.rowHeight > MAX_HEIGHT;
}

/** The furthest `top` can be, such that the last row is wholly visible. */
export function lastTop(view: Viewport): number {
  return Math.max(0, view.rowCount - view.height / view.rowHeight);
}

/** Keep a `top` within the rows. */
export function heldTop(view: Viewport, top: number): number {
  return Math.min(lastTop(view), Math.max(0, top));
}

/** The row at the top, as a fraction of rows, for a scroll position. */
export function topOf(view: Viewport, scrollTop: number): number {
  const scrolled = scrollHeight(view) - view.height;
  return scrolled <= 0 ? 0 : heldTop(view, (scrollTop / scrolled) * lastTop(view));
}

/** The scroll position that shows a row at the top; the inverse of `topOf`. */
export function scrollTopOf(view: Viewport, top: number): number {
  const furthest = lastTop(view);
  return furthest === 0 ? 0 : (heldTop(view, top) / furthest) * (scrollHeight(view) - view.height);
}

/** The rows to draw, with some to spare above and below. */
export function visibleRows(view: Viewport, top: number, spare = 6): Span {
  const first = Math.max(0, Math.floor(top) - spare);
  const end = Math.min(view.rowCount, Math.ceil(top + view.height / view.rowHeight) + spare);
  return { first: Math.min(first, end), end };
}

/** Where a row is drawn, measured from the upper edge of what is visible. */
export function rowOffset(view: Viewport, top: number, row: number): number {
  return Math.round((row - top) * view.rowHeight);
}

/** Move just so far that a row is wholly visible. */
export function topShowing(view: Viewport, top: number, row: number): number {
  const rows = view.height / view.rowHeight;
  if (row < top) return heldTop(view, row);
  return row + 1 > top + rows ? heldTop(view, row + 1 - rows) : top;
}

/** The numbers of the pages of a fixed size that hold a span. */
export function pagesOf(span: Span, pageSize: number): readonly number[] {
  if (span.end <= span.first) return [];
  const first = Math.floor(span.first / pageSize);
  const last = Math.floor((span.end - 1) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The left edges of columns, and behind them the width of all. */
export function edgesOfColumns(widths: readonly number[]): readonly number[] {
  const edges = [0];
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width);
  return edges;
}

/** The columns to draw for a horizontal scroll position, one to spare on each side. */
export function visibleColumns(edges: readonly number[], scrollLeft: number, width: number): Span {
  const columnCount = edges.length - 1;
  const starts = edges.findIndex((edge) => edge > scrollLeft);
  const ends = edges.findIndex((edge) => edge >= scrollLeft + width);
  const first = Math.max(0, (starts < 0 ? columnCount : starts) - 2);
  return { first, end: Math.min(columnCount, (ends < 0 ? columnCount : ends) + 1) };
}
