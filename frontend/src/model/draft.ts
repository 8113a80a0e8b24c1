import type { FileView } from "../wire/schemas";

/** A file's text as it is in the editor, and how it stands to the one on disk. */
export type Draft =
  | { readonly status: "loading" }
  | { readonly status: "missing"; readonly message: string }
  | { readonly status: "saved"; readonly base: FileView }
  | { readonly status: "edited"; readonly base: FileView; readonly text: string }
  | { readonly status: "saving"; readonly base: FileView; readonly text: string; readonly sent: string }
  | { readonly status: "unsaved"; readonly base: FileView; readonly text: string; readonly problem: string }
  | { readonly status: "conflict"; readonly base: FileView; readonly text: string; readonly theirs: FileView };

export type DraftEvent =
  | { readonly type: "loaded"; readonly file: FileView }
  | { readonly type: "load-failed"; readonly message: string }
  | { readonly type: "typed"; readonly text: string }
  | { readonly type: "save-asked" }
  | { readonly type: "saved"; readonly etag: string }
  | { readonly type: "save-failed"; readonly message: string }
  | { readonly type: "disk-changed"; readonly file: FileView }
  /** What a reload of the page interrupted: a text that was never saved, and the ETag of what it was typed over. */
  | { readonly type: "restored"; readonly text: string; readonly etag: string }
  | { readonly type: "keep-mine" }
  | { readonly type: "take-theirs" }
  /** A text made of both sides, theirs as they were when it was made. */
  | { readonly type: "merged"; readonly text: string; readonly etag: string };

export function textOf(draft: Draft): string | null {
  switch (draft.status) {
    case "loading":
    case "missing":
      return null;
    case "saved":
      return draft.base.text;
    case "edited":
    case "saving":
    case "unsaved":
    case "conflict":
      return draft.text;
  }
}

export function isDirty(draft: Draft): boolean {
  return draft.status !== "saved" && draft.status !== "loading" && draft.status !== "missing";
}

/** Return the draft after an event. A text that is not saved is never dropped but by `take-theirs` and what was `merged` from it. */
export function stepDraft(draft: Draft, event: DraftEvent): Draft {
  switch (event.type) {
    case "loaded":
      return draft.status === "loading" || draft.status === "missing"
        ? { status: "saved", base: event.file }
        : onDisk(draft, event.file);
    case "load-failed":
      return draft.status === "loading" ? { status: "missing", message: event.message } : draft;
    case "typed":
      return typed(draft, event.text);
    case "save-asked":
      return draft.status === "edited" || draft.status === "unsaved"
        ? { status: "saving", base: draft.base, text: draft.text, sent: draft.text }
        : draft;
    case "saved":
      return draft.status === "saving" ? saved(draft, event.etag) : draft;
    case "save-failed":
      return draft.status === "saving"
        ? { status: "unsaved", base: draft.base, text: draft.text, problem: event.message }
        : draft;
    case "disk-changed":
      return onDisk(draft, event.file);
    case "restored":
      return draft.status === "saved" ? restored(draft, event) : draft;
    case "merged":
      return draft.status === "conflict" ? merged(draft, event) : draft;
    case "keep-mine":
      return draft.status === "conflict" ? { status: "edited", base: draft.theirs, text: draft.text } : draft;
    case "take-theirs":
      return draft.status === "conflict" ? { status: "saved", base: draft.theirs } : draft;
  }
}

function typed(draft: Draft, text: string): Draft {
  switch (draft.status) {
    case "loading":
    case "missing":
      return draft;
    case "saved":
    case "edited":
    case "unsaved":
      return text === draft.base.text ? { status: "saved", base: draft.base } : { status: "edited", base: draft.base, text };
    case "saving":
    case "conflict":
      return { ...draft, text };
  }
}

function saved(draft: Extract<Draft, { status: "saving" }>, etag: string): Draft {
  const base = { ...draft.base, text: draft.sent, etag };
  return draft.text === draft.sent ? { status: "saved", base } : { status: "edited", base, text: draft.text };
}

function onDisk(draft: Draft, file: FileView): Draft {
  switch (draft.status) {
    case "loading":
    case "missing":
    case "saved":
      return { status: "saved", base: file };
    case "edited":
    case "unsaved":
      return file.etag === draft.base.etag ? draft : clashed(draft, file);
    case "saving":
      if (file.etag === draft.base.etag) return draft;
      return file.text === draft.sent ? saved(draft, file.etag) : clashed(draft, file);
    case "conflict":
      // Back to what this text was typed over: as if nothing had happened.
      return file.etag === draft.base.etag && file.text !== draft.text ? { status: "edited", base: file, text: draft.text } : clashed(draft, file);
  }
}

function restored(draft: Extract<Draft, { status: "saved" }>, { text, etag }: { readonly text: string; readonly etag: string }): Draft {
  if (text === draft.base.text) return draft;
  if (etag === draft.base.etag) return { status: "edited", base: draft.base, text };
  return { status: "conflict", base: { ...draft.base, etag }, text, theirs: draft.base };
}

/** Theirs may have changed while somebody merged: then the new ones stand against what was merged. */
function merged(draft: Extract<Draft, { status: "conflict" }>, { text, etag }: { readonly text: string; readonly etag: string }): Draft {
  if (draft.theirs.etag !== etag) return { ...draft, text };
  return text === draft.theirs.text ? { status: "saved", base: draft.theirs } : { status: "edited", base: draft.theirs, text };
}

function clashed(draft: Draft & { readonly base: FileView; readonly text: string }, file: FileView): Draft {
  if (file.text === draft.text) return { status: "saved", base: file };
  return { status: "conflict", base: draft.base, text: draft.text, theirs: file };
}
