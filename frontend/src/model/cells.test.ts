import { expect, test } from "vitest";
import { cellOf, decimalText, integerCell, isNumeric, numberCell, spanText, timestampText, timeText, typedCell } from "./cells";

test("a text cell is one line in the grid and whole in the viewer", () => {
  expect(cellOf("a\nb\tc")).toEqual({ kind: "value", text: "a ↵ b ⇥ c", full: "a\nb\tc" });
  expect(cellOf("x".repeat(1000))).toMatchObject({ text: `${"x".repeat(300)}…` });
});

test("whole numbers of 64 bits keep all their digits", () => {
  expect(integerCell(9_223_372_036_854_775_807n)).toEqual({ kind: "value", text: "9\u2009223\u2009372\u2009036\u2009854\u2009775\u2009807", full: "9223372036854775807" });
});

test("what is no number is said to be none", () => {
  expect([Number.NaN, -Infinity, 1e-9, -0].map((value) => numberCell(value))).toMatchObject([{ text: "NaN" }, { text: "−Infinity" }, { text: "1e−9" }, { full: "-0" }]);
});

test("a number is shown without the noise of its last digits, and whole in the viewer", () => {
  expect([29.920279999999998, 26483, 12345678901.25, 1 / 3].map((value) => numberCell(value))).toEqual([
    { kind: "value", text: "29.92028", full: "29.920279999999998" },
    { kind: "value", text: "26\u2009483", full: "26483" },
    { kind: "value", text: "12\u2009345\u2009678\u2009901.25", full: "12345678901.25" },
    { kind: "value", text: "0.333333333", full: "0.3333333333333333" },
  ]);
});

test("decimals keep their scale", () => {
  expect([decimalText(12345n, 2), decimalText(-5n, 3), decimalText(7n, 0), decimalText(7n, -2)]).toEqual(["123.45", "-0.005", "7", "700"]);
});

test("moments keep their nanoseconds and their zone", () => {
  expect([timestampText(1_357_016_400_000_000_001n, null), timestampText(-1_000_000n, null), timestampText(1_357_016_400_000_000_000n, "America/New_York"), timestampText(1_357_016_400_500_000_000n, "UTC")]).toEqual([
    "2013-01-01 05:00:00.000000001",
    "1969-12-31 23:59:59.999",
    "2013-01-01 00:00:00-05:00",
    "2013-01-01 05:00:00.500+00:00",
  ]);
});

test("times and lengths of time are read as such", () => {
  expect([timeText(3_723_000_000_000n), spanText(-93_784_000_000_000n)]).toEqual(["01:02:03", "-1 day 02:03:04"]);
});

test("numbers are told from the rest by their Arrow type", () => {
  expect(["int64", "uint8", "double", "decimal128(10, 2)", "string", "interval", "timestamp[us]"].map(isNumeric)).toEqual([true, true, true, true, false, false, false]);
});

test("a length of time that travelled as a number of units is read as one", () => {
  expect(typedCell("duration[us]", cellOf("172805000000"))).toMatchObject({ text: "2 days 00:00:05" });
  expect(typedCell("string", cellOf("172805000000"))).toMatchObject({ text: "172805000000" });
});
