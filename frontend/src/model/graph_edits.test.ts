import { expect, test } from "vitest";
import { addEdit, added, asOne, groupToFold, newGroup, removeEdit } from "./graph_edits";
import { commandOf, GRAPH_KEYS } from "./graph_keys";

test("several edits become one, so that one undo takes them back", () => {
  expect(removeEdit(["a", "b"], false)).toMatchObject({ op: "several", edits: [{ block: "a" }, { block: "b" }] });
  expect(removeEdit(["a"], true)).toEqual({ op: "remove_block", block: "a", delete_file: true });
  expect(asOne([])).toBeNull();
});

test("a group has a name that is free, and none without blocks", () => {
  const first = newGroup(["a"], []);

  expect(first?.id).toBe("group");
  expect(newGroup(["b"], first === null ? [] : [first])?.id).toBe("group_2");
  expect(newGroup([], [])).toBeNull();
});

test("what is added without an edge or a place is just added", () => {
  const add = { op: "add_block", id: "x", upstream: [] } as const;

  expect(addEdit({ ...add, upstream: [] }, { into: null, spot: null }, [])).toMatchObject(add);
  expect(addEdit({ ...add, upstream: [] }, { into: null, spot: { x: 1, y: 2 } }, [])).toMatchObject({
    op: "several",
    edits: [add, { op: "set_layout", spots: { x: { x: 1, y: 2 } } }],
  });
  expect(added(["a"], ["a", "b"])).toEqual(["b"]);
});

test("keys mean what they mean elsewhere, and only where they were pressed", () => {
  const key = { shift: false, command: false, alt: false, on: "block" } as const;

  expect(commandOf({ ...key, key: "ArrowDown" })).toEqual({ do: "step", direction: "down", extend: false });
  expect(commandOf({ ...key, key: "ArrowDown", shift: true })).toEqual({ do: "step", direction: "down", extend: true });
  expect(commandOf({ ...key, key: "ArrowDown", alt: true })).toEqual({ do: "nudge", direction: "down" });
  expect(commandOf({ ...key, key: "Delete" })).toEqual({ do: "remove" });
  expect(commandOf({ ...key, key: "Delete", on: "edge" })).toEqual({ do: "disconnect" });
  expect(commandOf({ ...key, key: "Delete", on: "ground" })).toBeNull();
  expect(commandOf({ ...key, key: "C", command: true })).toEqual({ do: "copy" });
  expect(commandOf({ ...key, key: "c" })).toEqual({ do: "connect" });
  expect(commandOf({ ...key, key: "G", command: true, shift: true })).toEqual({ do: "ungroup" });
  expect(commandOf({ ...key, key: "z", command: true })).toBeNull();
  expect(commandOf({ ...key, key: "/", on: "ground" })).toEqual({ do: "search" });
});

test("the keys that the menu and the sheet name are those that work", () => {
  const NAMED: Readonly<Record<string, string>> = { Space: " " };
  for (const [command, keys] of Object.entries(GRAPH_KEYS)) {
    const parts = keys.split("+");
    const key = NAMED[parts.at(-1) ?? ""] ?? parts.at(-1) ?? "";
    const press = { key, shift: parts.includes("Shift"), command: parts.includes("Mod"), alt: false };
    const meant = (["block", "edge", "ground"] as const).map((on) => commandOf({ ...press, on })?.do);

    expect(meant, keys).toContain(command);
  }
});

test("a chosen group is expanded, and a chosen block's group collapsed", () => {
  const group = { id: "g", title: "", color: "blue", blocks: ["a", "b"], at: null } as const;
  const [open, shut] = [{ ...group, is_collapsed: false }, { ...group, is_collapsed: true }];

  expect(groupToFold(new Set(["b"]), [open])).toBe(open);
  expect(groupToFold(new Set(["group:g"]), [shut])).toBe(shut);
  expect(groupToFold(new Set(["c"]), [open, shut])).toBeNull();
});
