import { describe, expect, it } from "vitest";
import { changedColumns, differenceText, schemaChanges, schemaText, shownColumns, type TableDifference } from "./difference";

const FOUND: TableDifference = {
  rows_before: 10,
  rows_after: 12,
  key: ["id"],
  is_key_unique: true,
  added: 3,
  removed: 1,
  changed: 4,
  columns: [
    { name: "a", before: "int64", after: "double", rows: 1 },
    { name: "id", before: "int64", after: "int64", rows: null },
    { name: "b", before: "string", after: "string", rows: 4 },
    { name: "new", before: null, after: "string", rows: null },
    { name: "gone", before: "string", after: null, rows: null },
  ],
};
const SAME = { ...FOUND, added: 0, removed: 0, changed: 0 };

describe("a difference of tables", () => {
  it("is told in a sentence", () => {
    expect(differenceText(FOUND)).toBe("5 rows of 12 are the same");
    expect(differenceText(SAME)).toBe("The rows are the same in the columns that both have");
    expect(differenceText({ ...SAME, columns: [] })).toContain("their order");
  });

  it("names the columns that are others", () => {
    expect(schemaChanges(FOUND).map((column) => [column.name, schemaText(column)])).toEqual([
      ["a", "int64 → double"],
      ["new", "new: string"],
      ["gone", "gone: was string"],
    ]);
  });

  it("shows the key and what changed most before the rest", () => {
    expect(changedColumns(FOUND).map((column) => column.name)).toEqual(["b", "a"]);
    expect(shownColumns(FOUND)).toEqual(["id", "b", "a", "new", "gone"]);
  });
});
