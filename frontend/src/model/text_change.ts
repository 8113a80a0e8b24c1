/** A replacement of the characters from `from` to `to`. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** The smallest single replacement that makes one text the other; null where they are the same. */
export function minimalChange(was: string, is: string): TextChange | null {
  if (was === is) return null;
  const shorter = Math.min(was.length, is.length);
  let from = 0;
  while (from < shorter && was[from] === is[from]) from += 1;
  let kept = 0;
  while (kept < shorter - from && was[was.length - 1 - kept] === is[is.length - 1 - kept]) kept += 1;
  return { from, to: was.length - kept, insert: is.slice(from, is.length - kept) };
}
