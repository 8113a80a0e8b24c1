import type { ColumnView } from "../wire/schemas";
import type { Condition, Test } from "./look_of_table";

type Family = ColumnView["family"];

interface TestWords {
  readonly test: Test;
  /** As the form's list has it. */
  readonly label: string;
  /** As it stands between column and value on a chip. */
  readonly sign: string;
}

const ALWAYS: readonly TestWords[] = [
  { test: "missing", label: "has no value", sign: "is missing" },
  { test: "present", label: "has a value", sign: "is present" },
];
const COMPARED: readonly TestWords[] = [
  { test: "eq", label: "equals", sign: "=" },
  { test: "ne", label: "does not equal", sign: "≠" },
  { test: "lt", label: "less than", sign: "<" },
  { test: "le", label: "at most", sign: "≤" },
  { test: "gt", label: "more than", sign: ">" },
  { test: "ge", label: "at least", sign: "≥" },
  { test: "between", label: "between", sign: "between" },
  { test: "one_of", label: "is one of", sign: "is one of" },
];
const DATED: readonly TestWords[] = [
  { test: "eq", label: "on", sign: "on" },
  { test: "ne", label: "not on", sign: "not on" },
  { test: "lt", label: "before", sign: "before" },
  { test: "le", label: "up to", sign: "up to" },
  { test: "gt", label: "after", sign: "after" },
  { test: "ge", label: "from", sign: "from" },
  { test: "between", label: "between", sign: "between" },
  { test: "one_of", label: "is one of", sign: "is one of" },
];
const CONTAINED: readonly TestWords[] = [
  { test: "contains", label: "contains", sign: "contains" },
  { test: "not_contains", label: "does not contain", sign: "without" },
  { test: "starts", label: "starts with", sign: "starts with" },
  { test: "ends", label: "ends with", sign: "ends with" },
  { test: "regex", label: "matches expression", sign: "matches" },
];
const EQUAL = COMPARED.filter(({ test }) => test === "eq" || test === "ne");

/** What can be asked of each kind of column, the most wanted first. The server has the same table, in `model/view.py`. */
export function testsOf(family: Family): readonly TestWords[] {
  switch (family) {
    case "number":
    case "duration":
      return [...COMPARED, ...ALWAYS];
    case "date":
    case "time":
      return [...DATED, ...ALWAYS];
    case "text":
      return [...CONTAINED.slice(0, 1), ...EQUAL, ...COMPARED.slice(7), ...CONTAINED.slice(1), ...COMPARED.slice(2, 7), ...ALWAYS];
    case "boolean":
      return [...EQUAL, ...ALWAYS];
    case "nested":
    case "other":
      return [...CONTAINED, ...ALWAYS];
    case "binary":
      return ALWAYS;
  }
}

/** How many values a test takes; null is as many as wanted. */
export function valuesOf(test: Test): 0 | 1 | 2 | null {
  if (test === "missing" || test === "present") return 0;
  if (test === "between") return 2;
  return test === "one_of" ? null : 1;
}

export function canFoldCase(test: Test): boolean {
  return CONTAINED.some((one) => one.test === test);
}

/** Read the values of a "one of" field: one a line, or with commas between. */
export function splitValues(text: string): readonly string[] {
  const parts = text.includes("\n") ? text.split("\n") : text.split(",");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** What is wrong with a condition as it stands in the form, or null. */
export function problemOf(condition: Condition, family: Family): string | null {
  const values = condition.values ?? [];
  const wanted = valuesOf(condition.test);
  if (wanted === null ? values.length === 0 : values.length < wanted) return "A value is missing";
  if (condition.test !== "regex" && wanted !== 0 && family === "number" && values.some((value) => !isNumber(value))) return "Write a number, such as 12.5";
  if (family === "date" && values.some((value) => !/^\s*\d{4}(-\d{2}(-\d{2}([ T]\d{2}:\d{2}.*)?)?)?\s*$/.test(value))) {
    return "Write a date as 2024-01-31, or a moment as 2024-01-31 12:30";
  }
  if (values.some((value) => value === "") && family !== "text") return "A value is missing";
  return null;
}

function isNumber(text: string): boolean {
  return /^\s*[-−+]?(\d[\d_\u2009]*\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) || /^\s*[-+]?(inf|infinity|nan)\s*$/i.test(text);
}

/** Say a condition as its chip does: distance ≥ 500. */
export function conditionWords(condition: Condition, name: string): string {
  const known = [...COMPARED, ...CONTAINED, ...ALWAYS].find((one) => one.test === condition.test);
  const values = condition.values ?? [];
  const said = condition.test === "between" ? values.join(" and ") : values.length > 3 ? `${values.slice(0, 3).join(", ")} and ${values.length - 3} more` : values.join(", ");
  return [name === "" ? "(no name)" : name, known?.sign ?? condition.test, said].filter((part) => part !== "").join(" ");
}
