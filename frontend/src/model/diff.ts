/** A line of two texts laid side by side: in both, or in one only. */
export interface DiffLine {
  readonly side: "both" | "mine" | "theirs";
  readonly text: string;
}

const MAX_CELLS = 4_000_000;

/** Lay two texts side by side by their longest common lines; very long ones are shown whole, one after the other. */
export function diffLines(mine: string, theirs: string): readonly DiffLine[] {
  const left = mine.split("\n");
  const right = theirs.split("\n");
  if (left.length * right.length > MAX_CELLS) {
    return [...left.map((text) => line("mine", text)), ...right.map((text) => line("theirs", text))];
  }
  return walk(left, right, commonLengths(left, right));
}

const line = (side: DiffLine["side"], text: string): DiffLine => ({ side, text });

function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const here = table[row];
      const below = table[row + 1];
      if (here === undefined || below === undefined) continue;
      here[column] =
        left[row] === right[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return table;
}

function walk(left: readonly string[], right: readonly string[], table: readonly Uint32Array[]): readonly DiffLine[] {
  const found: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length || column < right.length) {
    const mine = left[row];
    const theirs = right[column];
    if (mine !== undefined && mine === theirs) {
      found.push(line("both", mine));
      row += 1;
      column += 1;
    } else if (theirs === undefined || (mine !== undefined && (table[row + 1]?.[column] ?? 0) >= (table[row]?.[column + 1] ?? 0))) {
      found.push(line("mine", mine ?? ""));
      row += 1;
    } else {
      found.push(line("theirs", theirs));
      column += 1;
    }
  }
  return found;
}
