import { cellCount, type Range } from "../model/selection";
import { type CopyForm, copied, MAX_COPIED_CELLS } from "../model/copying";
import { count, plural } from "../model/format";
import { tell, tellFailure } from "./notices";
import type { RowSource } from "./rows";

const REFUSED = "the browser keeps the clipboard closed to this page";

/** Put a text into the clipboard and say so, or say that the browser refused; `refused` where that is no failure. */
export async function copyText(text: string, done: string, refused: string | null = null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard at all; with it, the browser or its user may refuse.
    if (refused === null) tellFailure("Nothing was copied", new Error(REFUSED));
    else tell(`${refused}: ${REFUSED}`);
    return false;
  }
  tell(done);
  return true;
}

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
    const done = `${plural(range.bottom - range.top, "row")} × ${plural(range.right - range.left, "column")} copied`;
    await copyText(copied(form, head, rows.map((row) => row.map((cell) => cell ?? ""))), done);
  } catch (failed) {
    tellFailure("Nothing was copied", failed);
  }
}
