import type { ParamType, PipelineParamView } from "../wire/schemas";

/** What a form's field holds: text as typed, or the word that the field is left as it is. */
export type FormValues = Readonly<Record<string, string>>;

export type FieldValue =
  | { readonly status: "value"; readonly value: unknown }
  | { readonly status: "wrong"; readonly problem: string };

/** Write a param's value as its field shows it. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const value = (found: unknown): FieldValue => ({ status: "value", value: found });
const wrong = (problem: string): FieldValue => ({ status: "wrong", problem });

/** Read a field's text as the value that the param's type asks for. */
export function fieldValue(type: ParamType, text: string, choices: readonly unknown[] = []): FieldValue {
  switch (type) {
    case "text":
      return value(text);
    case "integer":
      return /^[+-]?\d+$/.test(text.trim()) ? value(Number(text)) : wrong("A whole number, like 42.");
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? value(Number(text)) : wrong("A number, like 0.5.");
    case "boolean":
      return text === "true" || text === "false" ? value(text === "true") : wrong("True or false.");
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? value(text) : wrong("A date, like 2024-01-31.");
    case "datetime":
      return Number.isNaN(Date.parse(text)) ? wrong("A date and time, like 2024-01-31T18:30:00.") : value(text);
    case "choice":
      return choice(text, choices);
    case "json":
      return json(text);
  }
}

function choice(text: string, choices: readonly unknown[]): FieldValue {
  const found = choices.find((one) => fieldText(one) === text);
  return found === undefined ? wrong("One of the choices.") : value(found);
}

function json(text: string): FieldValue {
  try {
    return value(JSON.parse(text));
  } catch {
    return wrong("JSON, like [1, 2] or \"text\".");
  }
}

/** Return the values that differ from the params' defaults, to be sent with a run, and what is wrong by name. */
export function runParams(params: readonly PipelineParamView[], form: FormValues) {
  const values: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const param of params) {
    const text = form[param.name];
    if (text === undefined || text === fieldText(param.default)) {
      if (param.required && param.default === null && text === undefined) problems[param.name] = "Needs a value.";
      continue;
    }
    const found = fieldValue(param.type, text, param.choices);
    if (found.status === "value") values[param.name] = found.value;
    else problems[param.name] = found.problem;
  }
  return { values, problems };
}
