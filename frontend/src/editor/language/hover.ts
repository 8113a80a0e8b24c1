import { LSPPlugin } from "@codemirror/lsp-client";
import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { isRecord } from "../../wire/decode";
import { markdownOf } from "./answers";

/** What a name is, with its documentation, while the pointer rests on it. */
export function hovering(): Extension {
  return hoverTooltip(async (view, at) => {
    const contents = await asked(view, at);
    const word = view.state.wordAt(at);
    if (contents === "") return null;
    return { pos: word?.from ?? at, end: word?.to ?? at, above: true, create: () => ({ dom: documentation(view, contents) }) };
  });
}

async function asked(view: EditorView, at: number): Promise<string> {
  const plugin = LSPPlugin.get(view);
  if (plugin === null) return "";
  plugin.client.sync();
  try {
    const answer: unknown = await plugin.client.request("textDocument/hover", { textDocument: { uri: plugin.uri }, position: plugin.toPosition(at) });
    return isRecord(answer) ? tidy(markdownOf(answer["contents"])) : "";
  } catch {
    return "";
  }
}

/** Markdown as a box of documentation. */
export function documentation(view: EditorView, markdown: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "code-doc";
  box.innerHTML = LSPPlugin.get(view)?.docToHTML(markdown, "markdown") ?? "";
  return box;
}

/** Signatures come in columns, as wide as their widest type: without the columns they fit the box. */
export function tidy(markdown: string): string {
  return markdown
    .replace(/(?<=\S) +(?=: )/gu, "")
    .replace(/(?<=\S) {2,}(?== )/gu, " ")
    .replaceAll("&nbsp;", "\u00a0");
}
