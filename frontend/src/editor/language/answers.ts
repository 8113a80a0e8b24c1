import type { Spot, SpotEdit } from "../../model/text_edits";
import { isRecord } from "../../wire/decode";

/** What the language service answers, read from what came: it is not our server that says it. */

export interface Item {
  readonly label: string;
  readonly insert: string;
  readonly kind: number;
  readonly detail: string;
  readonly sort: string;
  readonly range: { readonly start: Spot; readonly end: Spot } | null;
  readonly edits: readonly SpotEdit[];
  /** What to ask for more with. */
  readonly raw: unknown;
}

export interface Location {
  readonly uri: string;
  readonly start: Spot;
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function itemsOf(answer: unknown): readonly Item[] {
  const items = isRecord(answer) ? answer["items"] : answer;
  return list(items).flatMap((item) => (isRecord(item) && words(item["label"]) !== "" ? [itemOf(item)] : []));
}

function itemOf(item: Readonly<Record<string, unknown>>): Item {
  const edit = isRecord(item["textEdit"]) ? item["textEdit"] : null;
  const label = words(item["label"]);
  return {
    label,
    insert: words(edit?.["newText"]) || words(item["insertText"]) || label,
    kind: typeof item["kind"] === "number" ? item["kind"] : 0,
    detail: words(item["detail"]),
    sort: words(item["sortText"]),
    range: edit === null ? null : rangeOf(edit["range"]),
    edits: editsOf(item["additionalTextEdits"]),
    raw: item,
  };
}

/** The markdown of a hover or of a completion's documentation. */
export function markdownOf(contents: unknown): string {
  if (Array.isArray(contents)) return contents.map(markdownOf).join("\n\n");
  return isRecord(contents) ? words(contents["value"]) : words(contents);
}

export function locationOf(answer: unknown): Location | null {
  const first: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (!isRecord(first)) return null;
  const uri = words(first["uri"]) || words(first["targetUri"]);
  const range = rangeOf(first["range"] ?? first["targetSelectionRange"]);
  return uri === "" || range === null ? null : { uri, start: range.start };
}

/** The edits of a rename, by the address of their file. */
export function workspaceEdits(answer: unknown): ReadonlyMap<string, readonly SpotEdit[]> {
  const changes = isRecord(answer) && isRecord(answer["changes"]) ? answer["changes"] : {};
  return new Map(Object.entries(changes).map(([uri, edits]) => [uri, editsOf(edits)]));
}

export function moduleOf(answer: unknown): { readonly path: string; readonly text: string } | null {
  return isRecord(answer) && typeof answer["text"] === "string" ? { path: words(answer["path"]), text: answer["text"] } : null;
}

/** Why something was not answered, in words. */
export function reasonOf(failed: unknown): string {
  return isRecord(failed) || failed instanceof Error ? words(failed.message) || "no answer came" : "no answer came";
}

function editsOf(value: unknown): readonly SpotEdit[] {
  return list(value).flatMap((edit) => {
    const range = isRecord(edit) ? rangeOf(edit["range"]) : null;
    return isRecord(edit) && range !== null ? [{ ...range, text: words(edit["newText"]) }] : [];
  });
}

function rangeOf(value: unknown): { readonly start: Spot; readonly end: Spot } | null {
  if (!isRecord(value)) return null;
  const start = spotOf(value["start"]);
  const end = spotOf(value["end"]);
  return start === null || end === null ? null : { start, end };
}

function spotOf(value: unknown): Spot | null {
  return isRecord(value) && typeof value["line"] === "number" && typeof value["character"] === "number"
    ? { line: value["line"], character: value["character"] }
    : null;
}
