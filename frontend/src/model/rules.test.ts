import { expect, test } from "vitest";
import type { BlockView } from "../wire/schemas";
import { otherRules, ruleEdit, ruleText, ruleValue, sizeText, sizeValue, whenProblem } from "./rules";

const block: BlockView = {
  id: "clean",
  file: "transformers/clean.py",
  file_etag: null,
  kind: "transformer",
  language: "python",
  title: "Clean",
  description: "",
  upstream: ["orders"],
  inputs: [],
  params: [],
  own_params: {},
  connections: [],
  checks: [],
  attempts: 3,
  delay_s: 10,
  timeout_s: null,
  engine: "duckdb",
  backoff: "exponential",
  jitter: 0.2,
  only_on: ["OSError"],
  on_failure: "skip",
  when: "orders.rows > 0",
  map: "orders, by day",
  uses: { db: 2, memory: 1_500_000_000 },
  memory_bytes: 4_000_000_000,
  is_isolated: true,
  charts: [],
  problems: [{ file: "p.yaml", line: 3, column: 1, code: "wrong_value", message: "when: there is no param 'x'", hint: "", is_warning: false }],
};

test("a size is read and written as the pipeline's file does", () => {
  expect(["512MB", "1.5 GB", "4GiB", "10", "lots", ""].map(sizeValue)).toEqual([512e6, 1.5e9, 4 * 2 ** 30, 10, null, null]);
  expect([512e6, 1.5e9, 4e9, 4 * 2 ** 30, 7].map(sizeText)).toEqual(["512MB", "1500MB", "4GB", "4294967296B", "7B"]);
});

test("a field shows what the file says, and nothing where it says nothing", () => {
  expect((["when", "backoff", "jitter", "on_failure", "memory"] as const).map((rule) => ruleText(block, rule))).toEqual(["orders.rows > 0", "exponential", "0.2", "skip", "4GB"]);
  expect(ruleText({ ...block, jitter: 0, memory_bytes: null, when: "" }, "memory")).toBe("");
});

test("changing one rule keeps the others", () => {
  expect(ruleEdit(block, "memory", null)).toEqual({
    op: "set_rules",
    block: "clean",
    backoff: "exponential",
    jitter: 0.2,
    on_failure: "skip",
    when: "orders.rows > 0",
    memory_bytes: null,
  });
  expect(ruleEdit(block, "when", "")).toMatchObject({ when: "", memory_bytes: 4_000_000_000 });
});

test("an empty field is the default, and what cannot be is said at its field", () => {
  expect([ruleValue("backoff", ""), ruleValue("on_failure", ""), ruleValue("jitter", ""), ruleValue("memory", "")].map((found) => found.status === "value" && found.value)).toEqual(["constant", "skip", 0, null]);
  expect([ruleValue("jitter", "2"), ruleValue("jitter", "much"), ruleValue("memory", "0"), ruleValue("on_failure", "retry")].map(({ status }) => status)).toEqual(["wrong", "wrong", "wrong", "wrong"]);
});

test("what has no field is told in words", () => {
  expect(otherRules(block)).toEqual([
    ["Mapped over", "orders, by day"],
    ["Tried again on", "OSError"],
    ["Uses", "2 of db, 1500MB of memory"],
    ["Process", "one of its own"],
  ]);
  expect(otherRules({ ...block, map: "", only_on: [], uses: {}, is_isolated: false })).toEqual([]);
});

test("a problem of the condition is shown at its field", () => {
  expect([whenProblem(block), whenProblem({ ...block, problems: [] })]).toEqual(["when: there is no param 'x'", null]);
});
