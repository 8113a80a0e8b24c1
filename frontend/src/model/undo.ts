import type { Change } from "../wire/schemas";

/** An edit that was made: what it did to the pipeline's text and to block files, and what it is called. */
export interface Step {
  readonly change: Change;
  readonly label: string;
}

/** What can be taken back and done again, the newest last. */
export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const EMPTY_HISTORY: History = { past: [], future: [] };
const MAX_STEPS = 100;

/** Note an edit; what was taken back before it cannot be done again. */
export function edited(history: History, step: Step): History {
  return { past: [...history.past, step].slice(-MAX_STEPS), future: [] };
}

/** Note that the last edit was taken back. */
export function undone({ past, future }: History): History {
  const last = past.at(-1);
  return last === undefined ? { past, future } : { past: past.slice(0, -1), future: [...future, last] };
}

/** Note that the last undo was taken back. */
export function redone({ past, future }: History): History {
  const next = future.at(-1);
  return next === undefined ? { past, future } : { past: [...past, next], future: future.slice(0, -1) };
}

/** Leave out a step that others' changes have made impossible, so that those before it can still be taken back. */
export function without(history: History, from: "past" | "future"): History {
  return { ...history, [from]: history[from].slice(0, -1) };
}

/** The change that takes a change back. */
export function reversed({ was, becomes, files }: Change): Change {
  return {
    was: becomes,
    becomes: was,
    files: files.map((file) => ({ path: file.path, was: file.becomes, becomes: file.was })),
  };
}

/** Say what came of taking a step back or doing it again. */
export function outcome(verb: string, label: string, isMerged: boolean, kept: readonly string[]): string {
  const merged = isMerged ? ". What was changed elsewhere meanwhile stays" : "";
  const files = kept.length === 0 ? "" : `. ${kept.join(", ")} stays as it is, for it was edited since`;
  return `${verb}: ${label}${merged}${files}`;
}
