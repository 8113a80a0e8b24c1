import type { Schemas } from "../wire/schemas";
import { nameOf } from "./file_tree";

type FileEdit = Schemas["FileEditRequest"];

/** Say what an edit of files does, in the words of the undo button. */
export function fileEditLabel(edit: FileEdit): string {
  switch (edit.op) {
    case "move":
      return `move ${nameOf(edit.path)} to ${edit.to}`;
    case "delete":
      return `delete ${edit.path}`;
    case "restore":
      return edit.path === "" ? "put back what was deleted" : `put back ${edit.path}`;
    case "make_folder":
      return `make the folder ${edit.path}`;
  }
}

/** An edit that can be done: undo and redo are each other's, for each edit answers with the one that takes it back. */
export interface FileStep {
  readonly label: string;
  readonly edits: readonly FileEdit[];
}

export interface FileHistory {
  readonly past: readonly FileStep[];
  readonly future: readonly FileStep[];
}

export const NO_FILE_HISTORY: FileHistory = { past: [], future: [] };
const MAX_STEPS = 100;

/** Note what was done, by what takes it back. */
export function fileDone(history: FileHistory, step: FileStep): FileHistory {
  return { past: [...history.past, step].slice(-MAX_STEPS), future: [] };
}

/** Note that the last step was taken back, or done again; `step` is what turns that round. */
export function fileTurned(history: FileHistory, from: "past" | "future", step: FileStep): FileHistory {
  return from === "past"
    ? { past: history.past.slice(0, -1), future: [...history.future, step] }
    : { past: [...history.past, step], future: history.future.slice(0, -1) };
}
