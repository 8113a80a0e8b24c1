import type { Direction } from "./steps";

/** What a key means in the graph. */
export type GraphCommand =
  | { readonly do: "step"; readonly direction: Direction; readonly extend: boolean }
  | { readonly do: "nudge"; readonly direction: Direction }
  | {
      readonly do:
        | "open" | "toggle" | "remove" | "remove-with-files" | "rename" | "connect" | "edges" | "all" | "clear" | "copy" | "cut"
        | "paste" | "paste-same-files" | "duplicate" | "group" | "ungroup" | "search" | "fit" | "disconnect" | "insert" | "tidy" | "library" | "fold";
    };

export interface KeyPressed {
  readonly key: string;
  readonly shift: boolean;
  readonly command: boolean;
  readonly alt: boolean;
  /** What it was pressed upon. */
  readonly on: "block" | "edge" | "ground";
}

const ARROWS: Readonly<Record<string, Direction>> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const WITH_COMMAND: Readonly<Record<string, GraphCommand["do"]>> = { a: "all", c: "copy", x: "cut", v: "paste", d: "duplicate", g: "group", f: "search" };
const ON_A_BLOCK: Readonly<Record<string, GraphCommand["do"]>> = { Enter: "open", " ": "toggle", Delete: "remove", Backspace: "remove", F2: "rename", c: "connect", e: "edges" };
const ON_AN_EDGE: Readonly<Record<string, GraphCommand["do"]>> = { Delete: "disconnect", Backspace: "disconnect", i: "insert", e: "edges" };
const ANYWHERE: Readonly<Record<string, GraphCommand["do"]>> = { Escape: "clear", "/": "search", "0": "fit", t: "tidy", l: "library" };

/** The keys as the menu and the sheet of keys name them. */
export const GRAPH_KEYS = {
  open: "Enter",
  toggle: "Space",
  connect: "C",
  edges: "E",
  rename: "F2",
  remove: "Delete",
  "remove-with-files": "Shift+Delete",
  disconnect: "Delete",
  insert: "I",
  duplicate: "Mod+D",
  copy: "Mod+C",
  cut: "Mod+X",
  paste: "Mod+V",
  "paste-same-files": "Mod+Shift+V",
  group: "Mod+G",
  ungroup: "Mod+Shift+G",
  all: "Mod+A",
  clear: "Escape",
  search: "/",
  fit: "0",
  tidy: "T",
  library: "L",
} as const satisfies Partial<Record<GraphCommand["do"], string>>;

/** Say what a key means, or null. */
export function commandOf({ key, shift, command, alt, on }: KeyPressed): GraphCommand | null {
  const direction = ARROWS[key];
  if (direction !== undefined) {
    if (command) return null;
    return alt ? { do: "nudge", direction } : { do: "step", direction, extend: shift };
  }
  if (alt) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (command) return named(shift && name === "g" ? "ungroup" : shift && name === "v" ? "paste-same-files" : WITH_COMMAND[name]);
  if (on === "block" && shift && (key === "Delete" || key === "Backspace")) return named("remove-with-files");
  if (shift && key !== "/") return null;
  const here = on === "block" ? ON_A_BLOCK : on === "edge" ? ON_AN_EDGE : {};
  return named(here[name] ?? ANYWHERE[name]);
}

function named(found: GraphCommand["do"] | undefined): GraphCommand | null {
  return found === undefined || found === "step" || found === "nudge" ? null : { do: found };
}
