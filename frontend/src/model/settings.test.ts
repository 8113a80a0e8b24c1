import { expect, test } from "vitest";
import type { BlockParamView, BlockView } from "../wire/schemas";
import { durationText, durationValue, limitEdit, limitText, limitValue, paramEdit, paramNow, paramProblem, paramReset, settingText, settingValue, strayParams } from "./settings";

const param = (name: string, type: BlockParamView["type"], more: Partial<BlockParamView> = {}): BlockParamView => ({
  name, type, annotation: "", required: false, nullable: false, choices: [], default: null, default_text: "", value: null, origin: "default", ...more,
});
const block: BlockView = {
  id: "clean", file: "clean.py", file_etag: null, kind: "transformer", language: "python", title: "", description: "", upstream: ["load"], inputs: [],
  params: [param("least", "integer", { value: 2, origin: "block" })], own_params: { least: 2, old_name: "x" }, connections: [], checks: [],
  attempts: 3, delay_s: 10, timeout_s: 600, engine: "duckdb", backoff: "constant",
  jitter: 0,
  only_on: [],
  on_failure: "skip",
  when: "",
  map: "",
  uses: {},
  memory_bytes: null,
  is_isolated: false,
  charts: [],
  problems: [],
};

test("lengths of time are read and written as the pipeline's file has them", () => {
  expect(["10s", "5m", "1.5h", "1 d", "90", "soon", "-1s"].map(durationValue)).toEqual([10, 300, 5400, 86_400, 90, null, null]);
  expect([10, 300, 5400, 86_400, 90, 0.5].map(durationText)).toEqual(["10s", "5m", "90m", "1d", "90s", "0.5s"]);
});

test("setting one param keeps the others, also those that the code no longer takes", () => {
  expect(paramEdit(block, "least", 3)).toEqual({ op: "set_params", block: "clean", params: { least: 3, old_name: "x" } });
  expect(strayParams(block)).toEqual(["old_name"]);
});

test("a param that is reset is no longer in the pipeline's file", () => {
  expect(paramReset(block, "least")).toEqual({ op: "set_params", block: "clean", params: { old_name: "x" } });
});

test("a default that only the code can tell leaves the field empty", () => {
  expect([settingText(param("at", "datetime", { default_text: "now()" })), settingText(param("n", "integer", { value: 5 }))]).toEqual(["", "5"]);
});

test("nothing is a value where the code allows it, and only there", () => {
  expect(settingValue(param("n", "integer", { nullable: true }), "null")).toEqual({ status: "value", value: null });
  expect(settingValue(param("n", "integer"), "null").status).toBe("wrong");
});

test("a literal's choices are kept whatever its type", () => {
  expect(settingValue(param("size", "integer", { choices: [1, 2] }), "2")).toEqual({ status: "value", value: 2 });
  expect(settingValue(param("size", "integer", { choices: [1, 2] }), "3").status).toBe("wrong");
});

test("changing one limit keeps the others", () => {
  expect(limitEdit(block, "timeout", 7200)).toEqual({ op: "set_limits", block: "clean", attempts: 3, delay_s: 10, timeout_s: 7200 });
  expect([limitEdit(block, "timeout", 0), limitValue("timeout", "")]).toMatchObject([{ timeout_s: null }, { value: 0 }]);
  expect((["attempts", "delay", "timeout"] as const).map((limit) => limitText(block, limit))).toEqual(["3", "10s", "10m"]);
});

test("a limit that cannot be is said at its field, and nothing is edited", () => {
  expect([limitValue("attempts", "0"), limitValue("attempts", "101"), limitValue("delay", "2d"), limitValue("timeout", "long")].map(({ status }) => status)).toEqual(["wrong", "wrong", "wrong", "wrong"]);
});

test("a problem of the pipeline's file is shown at the param that it speaks of", () => {
  const problem = { file: "p.yaml", line: 3, column: 1, code: "wrong_value", message: "param 'least': 'x' is not an integer", hint: "", is_warning: false };

  expect([paramProblem([problem], "least"), paramProblem([problem], "most")]).toEqual([problem.message, null]);
});

test("the form stands for the pipeline's params, but a block's own value comes first", () => {
  const form = { least: 60 };

  expect(paramNow(param("least", "integer", { value: 15, origin: "pipeline" }), form)).toEqual({ value: 60, origin: "pipeline" });
  expect(paramNow(param("least", "integer", { value: 2, origin: "block" }), form)).toMatchObject({ value: 2, origin: "block" });
});
