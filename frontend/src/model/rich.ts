/** How one content type of a rich output is shown. Pages and drawings may hold scripts: they go into the sandboxed frame. */
export type RichView =
  | { readonly status: "image"; readonly source: string }
  | { readonly status: "page"; readonly html: string }
  | { readonly status: "tree"; readonly value: unknown }
  | { readonly status: "text"; readonly text: string };

/** What is known of an object that is no table: its class, and its parts or its text. */
export interface Described {
  readonly type: string;
  readonly shown: { readonly status: "tree"; readonly value: unknown } | { readonly status: "text"; readonly text: string };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

/** Return what a rich output's document has under a content type; null where it has nothing. */
export function richView(document: unknown, type: string): RichView | null {
  const content = fieldsOf(fieldsOf(document)["content"])[type];
  if (content === undefined) return null;
  if (typeof content !== "string") return { status: "tree", value: content };
  if (type === "image/png" || type === "image/jpeg") return { status: "image", source: `data:${type};base64,${content.replaceAll(/\s/g, "")}` };
  if (type === "text/html" || type === "image/svg+xml") return { status: "page", html: content };
  return { status: "text", text: content };
}

/** Return what an object's document says of it. */
export function described(document: unknown): Described {
  const fields = fieldsOf(document);
  const type = typeof fields["type"] === "string" ? fields["type"] : "object";
  if ("value" in fields) return { type, shown: { status: "tree", value: fields["value"] } };
  return { type, shown: { status: "text", text: typeof fields["text"] === "string" ? fields["text"] : "" } };
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["text/html", "Page"],
  ["image/svg+xml", "Drawing"],
  ["image/png", "Picture"],
  ["image/jpeg", "JPEG"],
  ["text/markdown", "Markdown"],
  ["text/latex", "LaTeX"],
  ["text/plain", "Text"],
  ["application/json", "JSON"],
]);

/** Return a content type in the reader's words: a figure's own format by its name. */
export function typeName(type: string): string {
  return NAMES.get(type) ?? type.replace(/^application\/(vnd\.)?/, "").replace(/\+json$/, "");
}
