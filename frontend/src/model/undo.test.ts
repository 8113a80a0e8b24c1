import { expect, test } from "vitest";
import { edited, EMPTY_HISTORY, outcome, redone, reversed, undone, without } from "./undo";

const step = (label: string) => ({ label, change: { was: "a", becomes: "b", files: [{ path: "x.py", was: null, becomes: "code" }] } });
const ADDED = step("add x");
const once = edited(EMPTY_HISTORY, ADDED);

test("an undone edit can be done again", () => {
  const back = undone(once);

  expect(back).toEqual({ past: [], future: [ADDED] });
  expect(redone(back)).toEqual(once);
});

test("a new edit forgets what was undone", () => {
  expect(edited(undone(once), step("add y")).future).toEqual([]);
});

test("a step that cannot be taken back does not stand in the way of those before it", () => {
  const twice = edited(once, step("add y"));

  expect(without(twice, "past").past).toEqual([ADDED]);
});

test("taking a change back turns it round, files too", () => {
  expect(reversed(ADDED.change)).toEqual({ was: "b", becomes: "a", files: [{ path: "x.py", was: "code", becomes: null }] });
  expect(reversed(reversed(ADDED.change))).toEqual(ADDED.change);
});

test("what others did meanwhile is said", () => {
  expect(outcome("Undone", "add x", false, [])).toBe("Undone: add x");
  expect(outcome("Undone", "add x", true, ["x.py"])).toBe(
    "Undone: add x. What was changed elsewhere meanwhile stays. x.py stays as it is, for it was edited since",
  );
});
