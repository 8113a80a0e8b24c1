import { expect, test } from "vitest";
import { type Draft, type DraftEvent, stepDraft } from "./draft";

const file = (text: string, etag: string) => ({ path: "a.py", text, etag });
const after = (draft: Draft, ...events: DraftEvent[]) => events.reduce(stepDraft, draft);
const SAVED: Draft = { status: "saved", base: file("one", '"1"') };

test("typing and saving ends with the text on disk", () => {
  const draft = after(SAVED, { type: "typed", text: "two" }, { type: "save-asked" }, { type: "saved", etag: '"2"' });

  expect(draft).toEqual({ status: "saved", base: file("two", '"2"') });
});

test("what is typed while a save is under way is not lost", () => {
  const draft = after(SAVED, { type: "typed", text: "two" }, { type: "save-asked" }, { type: "typed", text: "three" }, { type: "saved", etag: '"2"' });

  expect(draft).toEqual({ status: "edited", base: file("two", '"2"'), text: "three" });
});

test("an edit on disk appears by itself when nothing is unsaved", () => {
  expect(after(SAVED, { type: "disk-changed", file: file("other", '"9"') })).toEqual({ status: "saved", base: file("other", '"9"') });
});

test("an edit on disk under unsaved text is a conflict that keeps both", () => {
  const draft = after(SAVED, { type: "typed", text: "mine" }, { type: "disk-changed", file: file("theirs", '"9"') });

  expect(draft).toEqual({ status: "conflict", base: SAVED.base, text: "mine", theirs: file("theirs", '"9"') });
  expect(after(draft, { type: "keep-mine" })).toEqual({ status: "edited", base: file("theirs", '"9"'), text: "mine" });
  expect(after(draft, { type: "take-theirs" })).toEqual({ status: "saved", base: file("theirs", '"9"') });
});

test("hearing of one's own save from the disk is no conflict", () => {
  const saving = after(SAVED, { type: "typed", text: "two" }, { type: "save-asked" });

  expect(after(saving, { type: "disk-changed", file: file("two", '"2"') })).toEqual({ status: "saved", base: file("two", '"2"') });
});

test("a save that failed keeps the text and can be tried again", () => {
  const draft = after(SAVED, { type: "typed", text: "two" }, { type: "save-asked" }, { type: "save-failed", message: "disk full" });

  expect(draft).toEqual({ status: "unsaved", base: SAVED.base, text: "two", problem: "disk full" });
  expect(after(draft, { type: "save-asked" }).status).toBe("saving");
});

test("what was merged so far stands against what the disk has next", () => {
  const clash = after(SAVED, { type: "typed", text: "mine" }, { type: "disk-changed", file: file("theirs", '"9"') });
  const draft = after(clash, { type: "typed", text: "mine and theirs" }, { type: "disk-changed", file: file("newer", '"10"') });

  expect(draft).toEqual({ status: "conflict", base: SAVED.base, text: "mine and theirs", theirs: file("newer", '"10"') });
});
