import { expect, test } from "vitest";
import { edgesOfColumns, isScaled, lastTop, MAX_HEIGHT, pagesOf, rowOffset, scrollHeight, scrollTopOf, topOf, topShowing, visibleColumns, visibleRows } from "./window";

const small = { rowCount: 1000, rowHeight: 24, height: 240 };
const huge = { rowCount: 100_000_000, rowHeight: 24, height: 240 };

test("a table that fits scrolls pixel by pixel", () => {
  expect([isScaled(small), scrollHeight(small), topOf(small, 48), scrollTopOf(small, 2)]).toEqual([false, 24_000, 2, 48]);
});

test("a table of a hundred million rows is no higher than a browser allows, and its last row can be seen", () => {
  const bottom = scrollHeight(huge) - huge.height;

  expect(scrollHeight(huge)).toBe(MAX_HEIGHT);
  expect(topOf(huge, bottom)).toBeCloseTo(lastTop(huge), 3);
  expect(visibleRows(huge, topOf(huge, bottom)).end).toBe(huge.rowCount);
  expect(rowOffset(huge, lastTop(huge), huge.rowCount - 1)).toBe(240 - 24);
});

test("every row of a huge table can be put at the top", () => {
  for (const row of [0, 1, 123_456, 50_000_001, 99_999_000]) {
    expect(topOf(huge, scrollTopOf(huge, row))).toBeCloseTo(row, 3);
  }
});

test("only what is near the view is drawn", () => {
  expect(visibleRows(small, 100, 6)).toEqual({ first: 94, end: 116 });
  expect(visibleRows({ ...small, rowCount: 3 }, 0, 6)).toEqual({ first: 0, end: 3 });
  expect(visibleRows({ ...small, rowCount: 0 }, 0)).toEqual({ first: 0, end: 0 });
});

test("moving to a row scrolls just so far", () => {
  expect([topShowing(small, 100, 50), topShowing(small, 100, 105), topShowing(small, 100, 110)]).toEqual([50, 100, 101]);
});

test("a span across a boundary needs both pages", () => {
  expect([pagesOf({ first: 250, end: 260 }, 256), pagesOf({ first: 0, end: 256 }, 256), pagesOf({ first: 4, end: 4 }, 256)]).toEqual([[0, 1], [0], []]);
});

test("of a thousand columns only those in view are drawn", () => {
  const edges = edgesOfColumns(Array.from({ length: 1000 }, () => 100));

  expect(visibleColumns(edges, 0, 500)).toEqual({ first: 0, end: 6 });
  expect(visibleColumns(edges, 50_000, 500)).toEqual({ first: 499, end: 506 });
  expect(visibleColumns(edges, 99_500, 500).end).toBe(1000);
});
