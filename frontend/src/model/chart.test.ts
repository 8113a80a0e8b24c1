import { describe, expect, it } from "vitest";
import type { ColumnView } from "../wire/schemas";
import { chartName, chartNotes, choicesOf, fieldsOf, pointRows, pointText, suggestedChart, tableColumns, withField } from "./chart";

const column = (name: string, family: ColumnView["family"]): ColumnView => ({ name, key: name, type: family, family, is_index: false });
const COLUMNS = [column("order_id", "number"), column("shop", "text"), column("price", "number"), column("at", "date")];
const WORDS = COLUMNS.slice(0, 2);

describe("a chart", () => {
  it("is suggested from the types of columns, and never measures an id", () => {
    expect(chartName(suggestedChart(COLUMNS, ""))).toBe("mean of price by at");
    expect(chartName(suggestedChart(WORDS, ""))).toBe("rows by shop");
    expect(suggestedChart(COLUMNS.slice(2, 3), "").mark).toBe("histogram");
    expect(suggestedChart([], "").x).toBe("");
  });

  it("asks for what its mark needs", () => {
    const line = suggestedChart(COLUMNS, "");

    expect(fieldsOf(line, COLUMNS)).toEqual(["x", "y", "aggregate", "colour", "bucket"]);
    expect(fieldsOf({ ...line, mark: "histogram" }, COLUMNS)).toEqual(["x", "colour"]);
    expect(choicesOf("y", line, COLUMNS).map((one) => one.key)).toEqual(["order_id", "price"]);
  });

  it("stays drawable when its mark or a column changes", () => {
    const bars = suggestedChart(WORDS, "");

    expect(withField(bars, { mark: "histogram" }, COLUMNS).x).toBe("order_id");
    expect(withField(bars, { mark: "point" }, COLUMNS).y).toBe("order_id");
    expect(withField(bars, { y: "price" }, COLUMNS).aggregate).toBe("mean");
    expect(withField(suggestedChart(COLUMNS, ""), { y: "" }, COLUMNS).aggregate).toBe("count");
  });

  it("says what it leaves out", () => {
    const points = { x: "number" as const, y: "number" as const, columns: { x: [1] }, rows: 50_000, sampled: 3000, left_out: 2, notes: ["more"] };

    expect(chartNotes(suggestedChart(WORDS, ""), points)).toEqual([
      "A sample: 3000 of 50\u2009000 rows",
      "2 less common values of shop are left out",
      "more",
    ]);
  });

  it("has a table that says the same", () => {
    const chart = { ...suggestedChart(COLUMNS, ""), colour: "" };
    const columns = { x: [Date.UTC(2024, 0, 5), Date.UTC(2024, 0, 6, 12)], y: [1.5, null], colour: [null, null] };
    const points = { x: "time" as const, y: "number" as const, columns, rows: 2, sampled: null, left_out: 0, notes: [] };

    expect(tableColumns(chart, points).map((one) => [one.title, one.isTime])).toEqual([
      ["at", true],
      ["mean of price", false],
    ]);
    expect(pointRows(points).map((row) => pointText(row["x"] ?? null, true))).toEqual(["2024-01-05", "2024-01-06 12:00"]);
  });
});
