import { expect, test } from "vitest";
import type { GroupView } from "../wire/schemas";
import { drawingOf, frameOf, groupEdit, moveEdit, tidyEdit } from "./drawing";

const block = (id: string, ...upstream: string[]) => ({ id, upstream });
const GROUP: GroupView = { id: "mid", title: "Middle", color: "blue", blocks: ["b", "c"], is_collapsed: true, at: { x: 5, y: 6 } };
const BLOCKS = [block("a"), block("b", "a"), block("c", "b", "a"), block("d", "c", "a")];

test("a collapsed group stands for its blocks, and reads what they read outside of it", () => {
  const drawing = drawingOf({ blocks: BLOCKS, groups: [GROUP], layout: { a: { x: 1, y: 2 }, b: { x: 3, y: 4 } } });

  expect(drawing.items).toEqual([block("a"), block("group:mid", "a"), block("d", "group:mid", "a")]);
  expect([...drawing.kept]).toEqual([["a", { x: 1, y: 2 }], ["group:mid", { x: 5, y: 6 }]]);
  expect([drawing.itemOf.get("c"), drawing.itemOf.get("d")]).toEqual(["group:mid", "d"]);
});

test("an expanded group leaves the blocks as they are", () => {
  const drawing = drawingOf({ blocks: BLOCKS, groups: [{ ...GROUP, is_collapsed: false }], layout: {} });

  expect(drawing.items).toEqual(BLOCKS);
});

test("a frame has room for the title above its blocks", () => {
  expect(frameOf([{ x: 0, y: 0 }, { x: 100, y: 50 }], { width: 10, height: 10 })).toEqual({ x: -16, y: -36, width: 142, height: 112 });
  expect(frameOf([], { width: 1, height: 1 })).toBeNull();
});

test("what was dragged is kept in whole pixels, a collapsed group with its place", () => {
  const moved = new Map([["a", { x: 1.4, y: 2.6 }], ["group:mid", { x: 9, y: 9 }]]);

  expect(moveEdit([GROUP], moved)).toEqual({
    op: "several",
    edits: [{ op: "set_layout", spots: { a: { x: 1, y: 3 } } }, groupEdit(GROUP, { at: { x: 9, y: 9 } })],
  });
  expect(moveEdit([GROUP], new Map())).toBeNull();
});

test("tidying up forgets every place, and is no edit where there is none", () => {
  expect(tidyEdit({ blocks: BLOCKS, groups: [], layout: { a: { x: 1, y: 2 } } })).toEqual({ op: "set_layout", spots: { a: null } });
  expect(tidyEdit({ blocks: BLOCKS, groups: [{ ...GROUP, at: null }], layout: {} })).toBeNull();
});
