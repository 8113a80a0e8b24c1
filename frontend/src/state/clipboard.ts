import { cellCount, type Range } from "../model/selection";
import { type CopyForm, copied, MAX_COPIED_CELLS } from "../model/copying";
import { count, plural } from "../model/format";
import { tell, tellFailure } from "./notices";
import type { RowSource } from "./rows";

/** Put a part of a table into the clipboard, with what of it has never been on the screen. */
export async function copyRange(source: RowSource, range: Range, form: CopyForm, hasHead: boolean): Promise<void> {
  const cells = cellCount(range);
  if (cells === 0) return;
  if (cells > MAX_COPIED_CELLS) {
    tell(`${count(cells)} cells are too many to copy, the most is ${count(MAX_COPIED_CELLS)}: download them instead`);
    return;
  }
  try {
    const rows = await source.read({ first: range.top, end: range.bottom }, { first: range.left, end: range.right });
    const head = hasHead ? source.view.columns.slice(range.left, range.right).map((column) => column.name) : null;
    await navigator.clipboard.writeText(copied(form, head, rows.map((row) => row.map((cell) => cell ?? ""))));
    tell(`${plural(range.bottom - range.top, "row")} × ${plural(range.right - range.left, "column")} copied`);
  } catch (failed) {
    tellFailure("Nothing was copied", failed);
  }
}
