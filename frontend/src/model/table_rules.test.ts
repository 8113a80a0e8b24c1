import { expect, test } from "vitest";
import { hexDump, imageTypeOf } from "./bytes";
import { conditionWords, problemOf, splitValues, testsOf } from "./conditions";
import { copied } from "./copying";
import { at, cellCount, extended, rangeOf, START } from "./selection";
import { type ColumnSummary, figure, heights, share, summaryLine } from "./summary_words";

test("each kind of column has its own tests, and each says what is wrong with its value", () => {
  expect(testsOf("number").map((one) => one.test)).toContain("between");
  expect(testsOf("text")[0]?.test).toBe("contains");
  expect(testsOf("binary").map((one) => one.test)).toEqual(["missing", "present"]);
  expect(problemOf({ column: "a", test: "ge", values: ["far"] }, "number")).toMatch(/number/);
  expect(problemOf({ column: "a", test: "ge", values: ["-1.5e3"] }, "number")).toBeNull();
  expect(problemOf({ column: "a", test: "between", values: ["1"] }, "number")).toMatch(/missing/);
  expect(problemOf({ column: "a", test: "eq", values: ["2024-1-5"] }, "date")).toMatch(/2024-01-31/);
  expect(problemOf({ column: "a", test: "eq", values: ["2024-01"] }, "date")).toBeNull();
  expect(problemOf({ column: "a", test: "eq", values: [""] }, "text")).toBeNull();
  expect(problemOf({ column: "a", test: "missing" }, "other")).toBeNull();
  expect(splitValues("a, b,,c ")).toEqual(["a", "b", "c"]);
  expect(splitValues("a, b\nc")).toEqual(["a, b", "c"]);
  expect(conditionWords({ column: "x", test: "between", values: ["1", "2"] }, "x")).toBe("x between 1 and 2");
  expect(conditionWords({ column: "x", test: "one_of", values: ["a", "b", "c", "d", "e"] }, "x")).toBe("x is one of a, b, c and 2 more");
});

test("cells are copied as spreadsheets, programs and notes want them", () => {
  const rows = [["a|b", 'say "x"'], ["1,5", "two\nlines"]];

  expect(copied("tsv", null, rows)).toBe('a|b\t"say ""x"""\n1,5\t"two\nlines"');
  expect(copied("csv", ["n", "m"], rows)).toBe('n,m\r\na|b,"say ""x"""\r\n"1,5","two\nlines"');
  expect(copied("markdown", ["n", "m"], rows)).toBe('| n | m |\n| --- | --- |\n| a\\|b | say "x" |\n| 1,5 | two<br>lines |');
});

test("a selection is drawn either way, over rows, columns or all", () => {
  const drawn = extended(at({ row: 5, column: 3 }), { row: 2, column: 4 });

  expect(rangeOf(drawn, 100, 10)).toEqual({ top: 2, bottom: 6, left: 3, right: 5 });
  expect(cellCount(rangeOf({ ...drawn, of: "rows" }, 100, 10))).toBe(40);
  expect(cellCount(rangeOf({ ...drawn, of: "columns" }, 100, 10))).toBe(200);
  expect(cellCount(rangeOf({ ...START, of: "all" }, 100, 10))).toBe(1000);
  expect(cellCount(rangeOf(START, 0, 0))).toBe(0);
});

test("bytes that are an image are known by how they begin, and others are shown as they are", () => {
  expect(imageTypeOf(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBe("image/png");
  expect(imageTypeOf(new TextEncoder().encode("<svg onload=alert(1)>"))).toBeNull();
  expect(hexDump(new TextEncoder().encode("Flowstone, 18 byte"))).toBe(
    "00000000  46 6c 6f 77 73 74 6f 6e 65 2c 20 31 38 20 62 79  Flowstone, 18 by\n00000010  74 65                                            te",
  );
});

test("figures say what they are worth", () => {
  const summary: ColumnSummary = {
    column: "a", rows: 1000, is_sample: false, nulls: 20, nans: 10, distinct: 20_500, is_distinct_exact: false,
    minimum: null, maximum: null, mean: null, deviation: null, quantiles: [], top: [], histogram: null, problem: "",
  };

  expect(summaryLine(summary)).toBe("3.0 % missing · ≈ 20\u2009500 distinct");
  expect([share(0), share(0.0001), share(0.25), share(0.9999)]).toEqual(["0 %", "<0.1 %", "25 %", ">99.9 %"]);
  expect([figure(1234567.891), figure(0.1 + 0.2), figure(null)]).toEqual(["1\u2009234\u2009570", "0.3", ""]);
  expect(heights([0, 1, 100])).toEqual([0, 0.06, 1]);
});
