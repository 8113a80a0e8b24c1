import { describe, expect, it } from "vitest";
import type { PastOutputsView } from "../wire/schemas";
import { outputNames, pairOf, pastOutputs, withChosen } from "./past_outputs";

const output = (name: string, hash: string) => ({
  name,
  kind: "table" as const,
  hash,
  size_bytes: 1,
  rows: 1,
  columns: [],
  warnings: [],
  type: null,
  content_types: [],
});

const entry = (run: string, started_at: number, ...outputs: readonly (readonly [string, string, boolean])[]): PastOutputsView => ({
  run,
  started_at,
  state: "done",
  outputs: outputs.map(([name, hash, is_kept]) => ({ output: output(name, hash), is_kept })),
});

const ENTRIES = [
  entry("r3", 30, ["a", "h2", true], ["b", "x1", true]),
  entry("r2", 20, ["a", "h1", true]),
  entry("r1", 10, ["a", "h1", false]),
];

describe("past outputs", () => {
  it("say where the content is the same as before", () => {
    expect(pastOutputs(ENTRIES, "a").map((one) => [one.run, one.isSame])).toEqual([
      ["r3", false],
      ["r2", true],
      ["r1", false],
    ]);
  });

  it("have the names of today before those that are gone", () => {
    expect(outputNames([output("b", "x1")], ENTRIES)).toEqual(["b", "a"]);
  });

  it("are compared in the order of time, and only with data", () => {
    const past = pastOutputs(ENTRIES, "a");

    expect(pairOf(["r2", "r3"], past)).toMatchObject({ before: { run: "r2" }, after: { run: "r3" } });
    expect(pairOf(["r1", "r3"], past)).toBeNull();
  });

  it("are chosen two at a time", () => {
    expect(withChosen(withChosen(withChosen([], "r1"), "r2"), "r3")).toEqual(["r2", "r3"]);
    expect(withChosen(["r2", "r3"], "r2")).toEqual(["r3"]);
  });
});
