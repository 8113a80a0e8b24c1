import { expect, test } from "vitest";
import type { PipelineParamView } from "../wire/schemas";
import { fieldText, fieldValue, runParams } from "./form";

const param = (name: string, type: PipelineParamView["type"], more: Partial<PipelineParamView> = {}): PipelineParamView => ({
  name, type, default: null, choices: [], description: "", required: false, ...more,
});

test("only what differs from the defaults is sent with a run", () => {
  const params = [param("min_delay", "integer", { default: 15 }), param("origin", "choice", { default: "all", choices: ["all", "JFK"] })];

  expect(runParams(params, { min_delay: "15", origin: "JFK" })).toEqual({ values: { origin: "JFK" }, problems: {} });
});

test("a value of the wrong type is not sent, and its field says what is wanted", () => {
  expect(runParams([param("min_delay", "integer", { default: 15 })], { min_delay: "many" })).toEqual({ values: {}, problems: { min_delay: "A whole number, like 42." } });
});

test("a required param without a value holds the run back", () => {
  expect(runParams([param("month", "date", { required: true })], {}).problems).toEqual({ month: "Needs a value." });
});

test("what a field shows is read back as the same value", () => {
  const values = [["text", "a b"], ["integer", -3], ["number", 0.5], ["boolean", false], ["date", "2024-02-29"], ["json", { a: [1] }]] as const;

  expect(values.map(([type, value]) => fieldValue(type, fieldText(value)))).toEqual(values.map(([, value]) => ({ status: "value", value })));
});
