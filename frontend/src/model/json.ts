export type ParsedJson =
  | { readonly status: "parsed"; readonly value: unknown }
  | { readonly status: "text"; readonly text: string };

/** Read JSON; what is none stays text. */
export function parsed(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text);
    return { status: "parsed", value };
  } catch {
    return { status: "text", text };
  }
}
