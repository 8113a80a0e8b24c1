import type { Schemas } from "../wire/schemas";

type Field = Schemas["OptionFieldView"];
type Form = Schemas["ConnectionFormView"];
type Entry = Schemas["ConnectionEntryView"];

/** What the fields of a connection's form hold, by option. */
export type FormTexts = Readonly<Record<string, string>>;

const PLACEHOLDER = /\$\{(env|secret):[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}/;

/** The texts with which a form begins; a hidden option's field is empty. */
export function formTexts(entry: Entry | null): FormTexts {
  return Object.fromEntries(Object.entries(entry?.options ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** Say what is wrong with a field's text, or null. A variable may stand for any value. */
export function optionProblem(field: Field, text: string, isHidden: boolean): string | null {
  if (text === "") return field.is_required && !isHidden ? "Needs a value." : null;
  if (/\$\{/.test(text) && !PLACEHOLDER.test(text)) return "Write ${env:NAME}, ${env:NAME:-default} or ${secret:NAME}.";
  if (PLACEHOLDER.test(text)) return null;
  if (field.kind === "integer" && !/^[1-9]\d{0,17}$/.test(text)) return "A whole number from 1.";
  if (field.kind === "url" && field.name === "url" && !/^postgres(ql)?:\/\//.test(text)) return "Begins with postgresql://";
  if (field.kind === "url" && field.name !== "url" && !/^https?:\/\//.test(text)) return "Begins with http:// or https://";
  if (field.kind === "url" && /:\/\/[^/@:]*:[^/@]+@/.test(text)) return "Leave the password out here: it has a field of its own.";
  return null;
}

/** The name under which a form's secret is kept. */
export function secretName(profile: string, connection: string, option: string): string {
  return `${profile}_${connection}_${option}`.slice(0, 63);
}

export interface FormRead {
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that stay as they are in the file. */
  readonly keeps: readonly string[];
  /** Secrets to be kept before the connection is saved, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Read a form: what is typed into a secret's field becomes a secret by name, and only that name goes into the file. */
export function readForm(form: Form, texts: FormTexts, hidden: readonly string[], nameOf: (option: string) => string): FormRead {
  const options: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const field of form.fields) {
    const text = texts[field.name] ?? "";
    if (text === "") continue;
    if (field.kind === "secret" && !PLACEHOLDER.test(text)) {
      secrets[nameOf(field.name)] = text;
      options[field.name] = `\${secret:${nameOf(field.name)}}`;
    } else options[field.name] = optionValue(field, text);
  }
  return { options, keeps: hidden.filter((name) => !(name in options)), secrets };
}

function optionValue(field: Field, text: string): unknown {
  if (PLACEHOLDER.test(text)) return text;
  if (field.kind === "integer") return Number(text);
  return field.kind === "boolean" ? text === "true" : text;
}
