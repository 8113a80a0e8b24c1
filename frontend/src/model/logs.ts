import type { LogLine } from "../wire/schemas";

/** Lines of one block's run in order; `dropped` counts those that a bound took away. */
export interface LogText {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
}

export const NO_LOGS: LogText = { lines: [], dropped: 0 };
const MAX_LINES = 10_000;

/** Put lines in by their number; those that are there already are not doubled, and the oldest go when there are too many. */
export function withLines(text: LogText, found: readonly LogLine[]): LogText {
  const last = text.lines.at(-1)?.seq ?? -1;
  const first = found[0]?.seq ?? 0;
  const merged = first > last ? [...text.lines, ...found] : merge(text.lines, found);
  const surplus = Math.max(0, merged.length - MAX_LINES);
  return { lines: surplus > 0 ? merged.slice(surplus) : merged, dropped: text.dropped + surplus };
}

function merge(known: readonly LogLine[], found: readonly LogLine[]): readonly LogLine[] {
  const bySeq = new Map([...known, ...found].map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((left, right) => left.seq - right.seq);
}

const ANSI = new RegExp(String.raw`\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007`, "g");

/** Take terminal colours out, and show of a line that was rewritten only what stayed. */
export function plainText(text: string): string {
  const bare = text.replace(ANSI, "").replace(/\r+$/, "");
  return bare.slice(bare.lastIndexOf("\r") + 1);
}
