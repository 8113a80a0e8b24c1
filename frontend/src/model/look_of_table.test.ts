import { expect, test } from "vitest";
import type { ColumnView } from "../wire/schemas";
import { fittingLook, movedColumn, placedColumns, PLAIN_LOOK, readLook, sortedBy, steppedColumn, type TableLook, writtenLook } from "./look_of_table";

const column = (key: string, is_index = false): ColumnView => ({ name: key, key, type: "int64", family: "number", is_index });
const ABC = [column("a"), column("b"), column("c"), column("index", true)];
const keys = (look: TableLook) => {
  const { pinned, free } = placedColumns(ABC, look);
  return [pinned.map((one) => one.key).join(""), free.map((one) => one.key).join("")];
};

test("a header goes upwards, downwards and back, and with Shift beside the others", () => {
  const up = sortedBy([], "a", false);
  const down = sortedBy(up, "a", false);
  const both = sortedBy(down, "b", true);

  expect([up, down, sortedBy(down, "a", false)]).toEqual([[{ column: "a", descending: false }], [{ column: "a", descending: true }], []]);
  expect(both).toEqual([{ column: "a", descending: true }, { column: "b", descending: false }]);
  expect(sortedBy(both, "b", true)[1]).toEqual({ column: "b", descending: true });
  expect(sortedBy(sortedBy(both, "b", true), "b", true)).toEqual(down);
  expect(sortedBy(both, "c", false)).toEqual([{ column: "c", descending: false }]);
});

test("index levels stand first, then what is pinned; hidden ones are not there", () => {
  expect(keys(PLAIN_LOOK)).toEqual(["index", "abc"]);
  expect(keys({ ...PLAIN_LOOK, pinned: ["c"], hidden: ["a"] })).toEqual(["indexc", "b"]);
});

test("columns are moved by dragging and by steps", () => {
  const dragged = movedColumn(ABC, PLAIN_LOOK, "c", "a");

  expect(keys(dragged)).toEqual(["index", "cab"]);
  expect(keys(movedColumn(ABC, dragged, "c", null))).toEqual(["index", "abc"]);
  expect(keys(steppedColumn(ABC, PLAIN_LOOK, "a", 1))).toEqual(["index", "bac"]);
  expect(keys(steppedColumn(ABC, PLAIN_LOOK, "b", -1))).toEqual(["index", "bac"]);
  expect(steppedColumn(ABC, PLAIN_LOOK, "a", -1)).toEqual(PLAIN_LOOK);
});

test("a look is remembered as text, and whatever lies in its place does no harm", () => {
  const look: TableLook = { ...PLAIN_LOOK, sort: [{ column: "a", descending: true }], hidden: ["b"], widths: { c: 90 } };

  expect(readLook(writtenLook(look))).toEqual(look);
  expect(writtenLook(PLAIN_LOOK)).toBe("");
  for (const text of ["", "x", "[]", "null", '{"sort": 1, "filter": [], "widths": {"a": "x"}}', '{"filter": {"conditions": [{"column": "a", "test": "drop"}]}}']) {
    expect(readLook(text)).toEqual(PLAIN_LOOK);
  }
});

test("what names a column that has gone is let go", () => {
  const look: TableLook = { ...PLAIN_LOOK, sort: [{ column: "gone", descending: false }], filter: { ...PLAIN_LOOK.filter, conditions: [{ column: "gone", test: "missing" }] } };

  expect(fittingLook(look, ABC)).toEqual(PLAIN_LOOK);
});
