import type { BlockView, EditRequest } from "../wire/schemas";
import type { FieldValue } from "./form";

/** How a block is to be run, beside its retries and timeout. */
export type Rule = "when" | "backoff" | "jitter" | "on_failure" | "memory";

export const BACKOFFS = ["constant", "exponential"] as const;
export const POLICIES = ["skip", "stop", "continue"] as const;

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|[KMGT]i?B)?$/;
const UNITS: Readonly<Record<string, number>> = {
  TB: 1e12,
  GB: 1e9,
  MB: 1e6,
  KB: 1e3,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Read a size of memory as the pipeline's file writes it: 512MB, 4GB, or plain bytes. */
export function sizeValue(text: string): number | null {
  const found = SIZE.exec(text.trim());
  if (found === null) return null;
  return Math.floor(Number(found[1]) * (UNITS[found[2] ?? "B"] ?? 1));
}

/** Write bytes as the pipeline's file does, in the largest unit that keeps them whole. */
export function sizeText(bytes: number): string {
  const [unit, size] = Object.entries(UNITS).find(([name, one]) => !name.includes("i") && bytes >= one && bytes % one === 0) ?? ["B", 1];
  return `${bytes / size}${unit}`;
}

/** What a rule's field shows; nothing where the file says nothing. */
export function ruleText(block: BlockView, rule: Rule): string {
  switch (rule) {
    case "when":
      return block.when;
    case "backoff":
      return block.backoff;
    case "jitter":
      return block.jitter === 0 ? "" : String(block.jitter);
    case "on_failure":
      return block.on_failure;
    case "memory":
      return block.memory_bytes === null ? "" : sizeText(block.memory_bytes);
  }
}

/** Read what was typed for a rule; what nothing is written for is the default. */
export function ruleValue(rule: Rule, text: string): FieldValue {
  const typed = text.trim();
  switch (rule) {
    case "when":
      return { status: "value", value: typed };
    case "backoff":
      return one(BACKOFFS, typed === "" ? "constant" : typed);
    case "on_failure":
      return one(POLICIES, typed === "" ? "skip" : typed);
    case "jitter":
      return jitter(typed);
    case "memory":
      return memory(typed);
  }
}

function one(known: readonly string[], word: string): FieldValue {
  return known.includes(word) ? { status: "value", value: word } : { status: "wrong", problem: `One of ${known.join(", ")}.` };
}

function jitter(text: string): FieldValue {
  const share = text === "" ? 0 : Number(text);
  return share >= 0 && share <= 1 ? { status: "value", value: share } : { status: "wrong", problem: "A number from 0 to 1: 0.2 is a fifth." };
}

function memory(text: string): FieldValue {
  const bytes = text === "" ? null : sizeValue(text);
  const isWrong = text !== "" && (bytes === null || bytes <= 0 || bytes > 2 ** 50);
  return isWrong ? { status: "wrong", problem: "Like 512MB or 4GB." } : { status: "value", value: bytes };
}

const KEYS: Readonly<Record<Rule, string>> = { when: "when", backoff: "backoff", jitter: "jitter", on_failure: "on_failure", memory: "memory_bytes" };

/** The edit that sets one of a block's rules and keeps the others. */
export function ruleEdit(block: BlockView, rule: Rule, value: unknown): EditRequest {
  const { backoff, jitter: share, on_failure, when, memory_bytes } = block;
  const now = { backoff, jitter: share, on_failure, when, memory_bytes };
  return { op: "set_rules", block: block.id, ...now, [KEYS[rule]]: value };
}

/** What the file says beside what has a field here, in words: label and text. */
export function otherRules(block: BlockView): readonly (readonly [string, string])[] {
  const uses = Object.entries(block.uses).map(([name, amount]) => (name === "memory" ? `${sizeText(amount)} of memory` : `${amount} of ${name}`));
  const all = [
    ["Mapped over", block.map],
    ["Tried again on", block.only_on.join(", ")],
    ["Uses", uses.join(", ")],
    ["Process", block.is_isolated ? "one of its own" : ""],
  ] as const;
  return all.filter(([, text]) => text !== "");
}

/** The first problem of a block that speaks of its condition. */
export function whenProblem(block: BlockView): string | null {
  return block.problems.find((problem) => problem.message.startsWith("when: "))?.message ?? null;
}
