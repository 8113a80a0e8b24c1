import { expect, test } from "vitest";
import { edited, EMPTY_HISTORY, redone, seen, undone } from "./undo";

const once = edited(EMPTY_HISTORY, { text: "a", label: "add x" }, '"2"');

test("an undone edit can be done again", () => {
  const back = undone(once, "b", '"3"');

  expect(back).toEqual({ etag: '"3"', past: [], future: [{ text: "b", label: "add x" }] });
  expect(redone(back, "a", '"4"')).toEqual({ etag: '"4"', past: [{ text: "a", label: "add x" }], future: [] });
});

test("a new edit forgets what was undone", () => {
  expect(edited(undone(once, "b", '"3"'), { text: "a", label: "add y" }, '"5"').future).toEqual([]);
});

test("after somebody else's change nothing can be undone over it", () => {
  expect(seen(once, '"2"')).toBe(once);
  expect(seen(once, '"other"')).toEqual(EMPTY_HISTORY);
});
