import type { Schemas } from "../wire/schemas";

type TreeEntry = Schemas["TreeEntryView"];

/** A row of the tree as it is shown: what lies in a closed folder has none. */
export interface TreeRow {
  readonly entry: TreeEntry;
  readonly name: string;
  readonly depth: number;
  readonly isOpen: boolean;
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** Lay the tree out as rows: folders before files, each by name, open folders with what is in them. */
export function treeRows(entries: readonly TreeEntry[], open: ReadonlySet<string>): readonly TreeRow[] {
  const inside = new Map<string, TreeEntry[]>();
  for (const entry of entries) {
    const folder = folderOf(entry.path);
    inside.set(folder, [...(inside.get(folder) ?? []), entry]);
  }
  const rows: TreeRow[] = [];
  const walk = (folder: string, depth: number) => {
    for (const entry of [...(inside.get(folder) ?? [])].sort(inTreeOrder)) {
      const isOpen = entry.is_folder && open.has(entry.path);
      rows.push({ entry, name: nameOf(entry.path), depth, isOpen });
      if (isOpen) walk(entry.path, depth + 1);
    }
  };
  walk("", 0);
  return rows;
}

function inTreeOrder(one: TreeEntry, other: TreeEntry): number {
  if (one.is_folder !== other.is_folder) return one.is_folder ? -1 : 1;
  return one.path.localeCompare(other.path, undefined, { numeric: true });
}

/** The folders that a path lies in, outermost first. */
export function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Say what is wrong with a path for something new, or null. */
export function pathProblem(path: string, taken: ReadonlySet<string>): string | null {
  const names = path.split("/");
  if (path === "") return "Give it a name.";
  if (names.some((name) => name === "" || name === "." || name === "..")) return "Write names with one / between them.";
  if (path.includes("\\")) return "Write / between folders.";
  if (names.some((name) => [".git", ".flowstone"].includes(name.toLowerCase()))) return "That folder is not the project's own.";
  if (nameOf(path).length > 64) return "At most 64 characters.";
  return taken.has(path) ? `There is already a ${path}.` : null;
}

export type FileKind = "text" | "picture" | "table" | "other";

const PICTURES = /\.(png|jpe?g|gif|webp|svg|avif|bmp|ico)$/i;
const TABLES = /\.(parquet|csv|tsv|json|jsonl|ndjson)$/i;

/** The ways in which a file can be looked at, the best one first. */
export function waysToShow(entry: Pick<TreeEntry, "path" | "is_editable">): readonly FileKind[] {
  const ways: FileKind[] = [];
  if (PICTURES.test(entry.path)) ways.push("picture");
  if (TABLES.test(entry.path)) ways.push("table");
  if (entry.is_editable) ways.push("text");
  // What a person writes by hand is opened as the text that it is.
  if (/\.json$/i.test(entry.path) && entry.is_editable) ways.reverse();
  return ways.length === 0 ? ["other"] : ways;
}

export function languageOf(path: string): "python" | "sql" | "markdown" {
  if (path.endsWith(".py")) return "python";
  return path.endsWith(".sql") ? "sql" : "markdown";
}
