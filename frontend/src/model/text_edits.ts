import type { TextChange } from "./text_change";

/** A place as the language server protocol counts: from 0, characters in UTF-16 units. */
export interface Spot {
  readonly line: number;
  readonly character: number;
}

export interface SpotEdit {
  readonly start: Spot;
  readonly end: Spot;
  readonly text: string;
}

/** Where a place is in a text; one beyond a line's or the text's end is that end. */
export function offsetOf(text: string, spot: Spot): number {
  let begin = 0;
  for (let line = 0; line < spot.line; line += 1) {
    const next = text.indexOf("\n", begin);
    if (next < 0) return text.length;
    begin = next + 1;
  }
  const end = text.indexOf("\n", begin);
  return Math.min(begin + spot.character, end < 0 ? text.length : end);
}

/** Return a text with replacements made, all of them meant for the text as it was. */
export function edited(text: string, changes: readonly TextChange[]): string {
  const sorted = [...changes].sort((one, other) => one.from - other.from);
  let at = 0;
  const parts: string[] = [];
  for (const { from, to, insert } of sorted) {
    parts.push(text.slice(at, from), insert);
    at = to;
  }
  return [...parts, text.slice(at)].join("");
}

export function changesOf(text: string, edits: readonly SpotEdit[]): readonly TextChange[] {
  return edits.map((edit) => ({ from: offsetOf(text, edit.start), to: offsetOf(text, edit.end), insert: edit.text }));
}
