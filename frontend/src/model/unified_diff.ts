/** A line of a unified diff, and where it stands in the file before and after. */
export interface DiffLine {
  readonly kind: "both" | "added" | "removed" | "place";
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface FileDiff {
  readonly path: string;
  readonly what: "changed" | "added" | "removed";
  readonly lines: readonly DiffLine[];
  readonly note: string;
}

const PLACE = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Read a unified diff as Git writes it, file by file. */
export function readDiff(text: string): readonly FileDiff[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map(readFile);
}

function readFile(part: string): FileDiff {
  const all = part.split("\n");
  const first = all.findIndex((line) => line.startsWith("@@"));
  const head = first < 0 ? all : all.slice(0, first);
  const added = head.some((line) => line.startsWith("new file"));
  const removed = head.some((line) => line.startsWith("deleted file"));
  const binary = head.some((line) => line.startsWith("Binary files"));
  return {
    path: pathOf(head),
    what: added ? "added" : removed ? "removed" : "changed",
    lines: first < 0 ? [] : readLines(all.slice(first)),
    note: binary ? "No text: what differs is not shown." : "",
  };
}

function pathOf(head: readonly string[]): string {
  const named = [...head].reverse().find((line) => /^(\+\+\+|---) (?!\/dev\/null)/.test(line));
  if (named !== undefined) return unquoted(named.slice(4)).replace(/^[ab]\//, "");
  return unquoted(head[0]?.replace(/^diff --git /, "").split(" b/").at(-1) ?? "");
}

/** A name with a tab after it, or in quotes, as Git writes odd ones. */
function unquoted(name: string): string {
  const plain = name.replace(/\t$/, "");
  return plain.startsWith('"') && plain.endsWith('"') ? plain.slice(1, -1) : plain;
}

function readLines(lines: readonly string[]): readonly DiffLine[] {
  const found: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const line of lines) {
    const place = PLACE.exec(line);
    if (place !== null) {
      before = Number(place[1]);
      after = Number(place[2]);
      found.push({ kind: "place", text: line.replace(/^@@.*?@@ ?/, ""), before: null, after: null });
    } else if (line.startsWith("+")) {
      found.push({ kind: "added", text: line.slice(1), before: null, after });
      after += 1;
    } else if (line.startsWith("-")) {
      found.push({ kind: "removed", text: line.slice(1), before, after: null });
      before += 1;
    } else if (line.startsWith(" ")) {
      found.push({ kind: "both", text: line.slice(1), before, after });
      before += 1;
      after += 1;
    }
  }
  return found;
}
