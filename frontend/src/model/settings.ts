import type { BlockParamView, BlockView, EditRequest, ProblemView } from "../wire/schemas";
import { fieldText, type FieldValue, fieldValue } from "./form";

const DURATION = /^(\d+(?:\.\d+)?)\s*(s|m|h|d)?$/;
const UNIT_S: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** Read a length of time as the pipeline's file writes it: 10s, 5m, 2h, 1d, or plain seconds. */
export function durationValue(text: string): number | null {
  const found = DURATION.exec(text.trim());
  if (found === null) return null;
  return Number(found[1]) * (UNIT_S[found[2] ?? "s"] ?? 1);
}

/** Write seconds as the pipeline's file does, in the largest unit that keeps them whole. */
export function durationText(seconds: number): string {
  const [unit, size] = Object.entries(UNIT_S).find(([, one]) => seconds >= one && seconds % one === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}

/** The value that a block's param has with the params of the form: they stand for the pipeline's, the block's own come first. */
export function paramNow(param: BlockParamView, form: Readonly<Record<string, unknown>>): Pick<BlockParamView, "value" | "origin"> {
  return param.origin !== "block" && param.name in form ? { value: form[param.name], origin: "pipeline" } : param;
}

/** What a param's field shows: its value, or nothing where that is a default that only the code can tell. */
export function settingText(param: BlockParamView): string {
  return param.value === null && param.origin !== "block" ? "" : fieldText(param.value);
}

/** Read what was typed for a block's param. */
export function settingValue(param: BlockParamView, text: string): FieldValue {
  if (param.nullable && param.type !== "text" && text.trim() === "null") return { status: "value", value: null };
  const type = param.choices.length > 0 ? "choice" : param.type;
  return fieldValue(type, text, param.choices);
}

/** The edit that gives a block's param a value of its own, beside those that it has. */
export function paramEdit(block: BlockView, name: string, value: unknown): EditRequest {
  return { op: "set_params", block: block.id, params: { ...block.own_params, [name]: value } };
}

/** The edit that lets a block's param fall back to the pipeline's or the default. */
export function paramReset(block: BlockView, name: string): EditRequest {
  const kept = Object.entries(block.own_params).filter(([one]) => one !== name);
  return { op: "set_params", block: block.id, params: Object.fromEntries(kept) };
}

/** What the pipeline's file says of a block and its function does not take: set once, and renamed or removed in the code since. */
export function strayParams(block: BlockView): readonly string[] {
  return Object.keys(block.own_params).filter((name) => !block.params.some((param) => param.name === name));
}

/** The first problem of a block that speaks of a param by its name. */
export function paramProblem(problems: readonly ProblemView[], name: string): string | null {
  return problems.find((problem) => problem.code === "wrong_value" && problem.message.includes(`'${name}'`))?.message ?? null;
}

export type Limit = "attempts" | "delay" | "timeout";

export type LimitValue =
  | { readonly status: "value"; readonly value: number }
  | { readonly status: "wrong"; readonly problem: string };

const MAX_ATTEMPTS = 100;
const MAX_DELAY_S = 86_400;
const MAX_TIMEOUT_S = 604_800;

export function limitText(block: BlockView, limit: Limit): string {
  switch (limit) {
    case "attempts":
      return String(block.attempts);
    case "delay":
      return block.delay_s === 0 ? "" : durationText(block.delay_s);
    case "timeout":
      return block.timeout_s === null ? "" : durationText(block.timeout_s);
  }
}

/** Read what was typed for one of a block's limits; an empty delay or timeout is none, which is 0. */
export function limitValue(limit: Limit, text: string): LimitValue {
  const duration = text.trim() === "" ? 0 : durationValue(text);
  switch (limit) {
    case "attempts":
      return bounded(/^\d{1,3}$/.test(text.trim()) ? Number(text) : null, 1, MAX_ATTEMPTS, `A whole number from 1 to ${MAX_ATTEMPTS}.`);
    case "delay":
      return bounded(duration, 0, MAX_DELAY_S, "Like 10s, 5m or 2h; a day at most.");
    case "timeout":
      return bounded(duration, 0, MAX_TIMEOUT_S, "Like 30s, 10m or 2h; seven days at most.");
  }
}

function bounded(value: number | null, least: number, most: number, problem: string): LimitValue {
  return value === null || value < least || value > most ? { status: "wrong", problem } : { status: "value", value };
}

/** The edit that sets one of a block's limits and keeps the others. */
export function limitEdit(block: BlockView, limit: Limit, value: number): EditRequest {
  return {
    op: "set_limits",
    block: block.id,
    attempts: limit === "attempts" ? value : block.attempts,
    delay_s: limit === "delay" ? value : block.delay_s,
    timeout_s: limit !== "timeout" ? block.timeout_s : value === 0 ? null : value,
  };
}
