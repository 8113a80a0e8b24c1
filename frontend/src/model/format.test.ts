import { expect, test } from "vitest";
import { ago, count, duration, size } from "./format";

test("numbers have thin separators from five digits on", () => {
  expect([0, 2013, 27004, -1234567].map(count)).toEqual(["0", "2013", "27\u2009004", "−1\u2009234\u2009567"]);
});

test("lengths of time are as short as still tells", () => {
  expect([0, 0.0124, 0.9999, 1.44, 61, 3599, 11_400].map(duration)).toEqual(["0 ms", "12 ms", "1.0 s", "1.4 s", "1 m 01 s", "59 m 59 s", "3 h 10 m"]);
});

test("sizes are in decimal units", () => {
  expect([0, 999, 4_200_000, 133_000_000].map(size)).toEqual(["0 B", "999 B", "4.2 MB", "133 MB"]);
});

test("a moment that has just been is not counted in seconds", () => {
  expect([ago(100, 110), ago(0, 120), ago(0, 7200), ago(0, 86_400 * 3)]).toEqual(["just now", "2 min ago", "2 h ago", "3 days ago"]);
});
