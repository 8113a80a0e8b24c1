import { describe, expect, it } from "vitest";
import { foldersOf, pathProblem, treeRows, waysToShow } from "./file_tree";

const file = (path: string, is_editable = true) => ({ path, is_folder: false, size_bytes: 1, modified_at: 0, is_editable });
const folder = (path: string) => ({ path, is_folder: true, size_bytes: 0, modified_at: 0, is_editable: false });

describe("the tree", () => {
  it("shows folders before files, numbers in order, and only what is open", () => {
    const entries = [file("a.py"), folder("lib"), folder("lib/deep"), file("lib/deep/x.py"), file("lib/part10.py"), file("lib/part9.py")];

    const rows = treeRows(entries, new Set(["lib"]));

    expect(rows.map((row) => [row.depth, row.name])).toEqual([
      [0, "lib"],
      [1, "deep"],
      [1, "part9.py"],
      [1, "part10.py"],
      [0, "a.py"],
    ]);
  });

  it("names the folders on the way to a file", () => {
    expect(foldersOf("a/b/c.py")).toEqual(["a", "a/b"]);
    expect(foldersOf("c.py")).toEqual([]);
  });
});

describe("a new path", () => {
  it("says what is wrong with it before it is sent", () => {
    const taken = new Set(["a.py"]);

    expect(["", "a.py", "a//b", "../b", "x\\y", ".git/x", "n".repeat(65)].filter((path) => pathProblem(path, taken) === null)).toEqual([]);
    expect(pathProblem("lib/new.py", taken)).toBeNull();
  });
});

describe("a file", () => {
  it("is looked at as what it is", () => {
    expect(waysToShow(file("a.parquet", false))).toEqual(["table"]);
    expect(waysToShow(file("a.csv"))).toEqual(["table", "text"]);
    expect(waysToShow(file("a.json"))).toEqual(["text", "table"]);
    expect(waysToShow(file("a.png", false))).toEqual(["picture"]);
    expect(waysToShow(file("a.bin", false))).toEqual(["other"]);
  });
});
