/** A pipeline's text before or after an edit, and what the edit was. */
export interface Step {
  readonly text: string;
  readonly label: string;
}

/** What can be undone and redone. `etag` is the pipeline's as our own last change left it. */
export interface History {
  readonly etag: string | null;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const EMPTY_HISTORY: History = { etag: null, past: [], future: [] };
const MAX_STEPS = 100;

/** Note an edit: the text before it, and the etag after it. */
export function edited(history: History, before: Step, etag: string): History {
  return { etag, past: [...history.past, before].slice(-MAX_STEPS), future: [] };
}

/** Forget everything once somebody else changed the pipeline: putting an older text back would drop their change. */
export function seen(history: History, etag: string): History {
  return history.etag === null || history.etag === etag ? history : EMPTY_HISTORY;
}

/** Note that the last edit was taken back; `now` is the text that was there until then. */
export function undone(history: History, now: string, etag: string): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { etag, past: history.past.slice(0, -1), future: [...history.future, { text: now, label: last.label }] };
}

/** Note that the last undo was taken back. */
export function redone(history: History, now: string, etag: string): History {
  const next = history.future.at(-1);
  if (next === undefined) return history;
  return { etag, past: [...history.past, { text: now, label: next.label }], future: history.future.slice(0, -1) };
}
