import { expect, test } from "vitest";
import { selectedAmong } from "./choosing";

const itemOf = new Map([["load", "load"], ["clean", "clean"], ["a", "group:g"], ["b", "group:g"]]);
const after = (next: readonly string[], items: readonly string[], selected: string | null) => selectedAmong(new Set(next), { items: new Set(items), selected }, itemOf);

test("choosing a collapsed group lets go of the block outside of it, so that nothing is done to that block", () => {
  expect(after(["group:g"], ["load"], "load")).toBe(null);
});

test("a block stays selected while its item is chosen along with a group, or is that group", () => {
  expect([after(["load", "group:g"], ["load"], "load"), after(["group:g"], ["load"], "b")]).toEqual(["load", "b"]);
});

test("the newest block is the selected one, also where it was added just now", () => {
  expect([after(["load", "clean"], ["load"], "load"), after(["new"], ["load"], "load"), after([], ["load"], "load")]).toEqual(["clean", "new", null]);
});
