import { describe, expect, it } from "vitest";
import { type BlockEffect, effectBadge, effectOn, outputParts } from "./effect";

const OUTPUT: BlockEffect["outputs"][number] = {
  name: "output",
  is_same: false,
  rows_before: 26_483,
  rows_after: 12_100,
  columns: [
    { name: "w", before: null, after: "int64", missing_before: null, missing_after: 0 },
    { name: "v", before: "int64", after: "double", missing_before: 1, missing_after: 0 },
    { name: "gone", before: "string", after: null, missing_before: 0, missing_after: null },
  ],
  added: 0,
  removed: 14_383,
  changed: 2,
};
const CHANGED: BlockEffect = { id: "clean", outlook: "changed", why: "", failure: null, outputs: [OUTPUT] };

describe("the effect of an edit", () => {
  it("is told in a few words on the graph", () => {
    expect(effectBadge(CHANGED)).toBe("26\u2009483 → 12\u2009100 rows");
    expect(effectBadge({ ...CHANGED, outlook: "failed" })).toBe("would fail");
    expect(effectBadge({ ...CHANGED, outlook: "same" })).toBe("no change");
  });

  it("names rows and columns that would be others", () => {
    expect(outputParts(OUTPUT)).toEqual([
      "26\u2009483 → 12\u2009100 rows",
      "14\u2009383 removed",
      "2 changed",
      "+ w: int64",
      "v: int64 → double, 1 → 0 missing",
      "− gone",
    ]);
  });

  it("says of blocks below that were not tried nothing", () => {
    const effect = { blocks: [CHANGED, { ...CHANGED, id: "write", outlook: "not_tried" as const }], sampled: null, is_superseded: false };
    const state = { status: "known" as const, of: "clean", effect };

    expect(effectOn(state, "clean")).toBe(CHANGED);
    expect(effectOn(state, "write")).toBeNull();
    expect(effectOn({ status: "none" }, "clean")).toBeNull();
  });
});
