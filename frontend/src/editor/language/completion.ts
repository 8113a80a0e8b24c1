import { type Completion, type CompletionContext, type CompletionResult, type CompletionSource, insertCompletionText } from "@codemirror/autocomplete";
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python";
import { LSPPlugin } from "@codemirror/lsp-client";
import { syntaxTree } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import { changesOf, offsetOf } from "../../model/text_edits";
import { isRecord } from "../../wire/decode";
import { type Item, itemsOf, markdownOf } from "./answers";
import { documentation, tidy } from "./hover";
import type { Service } from "./world";

const KINDS: ReadonlyMap<number, string> = new Map([
  [2, "method"],
  [3, "function"],
  [4, "class"],
  [5, "property"],
  [6, "variable"],
  [7, "class"],
  [8, "interface"],
  [9, "namespace"],
  [10, "property"],
  [12, "constant"],
  [13, "constant"],
  [14, "keyword"],
  [20, "constant"],
  [21, "constant"],
  [22, "class"],
  [25, "type"],
]);
const LONGEST_DETAIL = 40;

/** What can stand at a place, from the language service; from the text alone while the service is not there. */
export function serverCompletion(service: Service): CompletionSource {
  return async (context) => {
    const word = context.matchBefore(/\w+/);
    const isAsked = context.explicit || word !== null || context.matchBefore(/\.$/) !== null;
    const inside = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (!isAsked || inside === "String" || inside === "Comment") return null;
    return (await asked(context, service, word?.from ?? context.pos)) ?? fromText(context);
  };
}

async function asked(context: CompletionContext, service: Service, from: number): Promise<CompletionResult | null> {
  const plugin = context.view === undefined ? null : LSPPlugin.get(context.view);
  service.wake();
  if (plugin === null) return null;
  service.client.sync();
  const params = { textDocument: { uri: plugin.uri }, position: plugin.toPosition(context.pos, context.state.doc), context: { triggerKind: 1 } };
  context.addEventListener("abort", () => service.client.cancelRequest(params));
  try {
    const items = itemsOf(await service.client.request("textDocument/completion", params));
    const text = context.state.doc.toString();
    return { from, options: items.map((item) => optionOf(item, text, service)), validFor: /^\w*$/ };
  } catch {
    return null;
  }
}

function optionOf(item: Item, text: string, service: Service): Completion {
  const isShort = item.detail.length <= LONGEST_DETAIL && !item.detail.includes("\n");
  return {
    label: item.label,
    type: KINDS.get(item.kind) ?? "text",
    sortText: item.sort,
    ...(isShort && item.detail !== "" ? { detail: item.detail } : {}),
    apply: (view, _, from, to) => insert(view, item, text, { from, to }),
    info: () => more(item, service),
  };
}

/** Put a completion into the code, with the import that it needs, if it needs one. */
function insert(view: EditorView, item: Item, text: string, { from, to }: { readonly from: number; readonly to: number }): void {
  const here = insertCompletionText(view.state, item.insert, item.range === null ? from : Math.min(from, offsetOf(text, item.range.start)), to);
  const elsewhere = changesOf(text, item.edits).filter((edit) => edit.to <= from);
  view.dispatch(here, ...(elsewhere.length > 0 ? [{ changes: elsewhere, sequential: false }] : []));
}

async function more(item: Item, service: Service): Promise<HTMLElement | null> {
  const view = service.client.workspace.files.map((file) => file.getView()).find((one) => one !== null);
  if (view == null) return null;
  let found: unknown = item.raw;
  try {
    found = await service.client.request("completionItem/resolve", item.raw);
  } catch {
    // What came with the list has to do.
  }
  const documented = isRecord(found) ? markdownOf(found["documentation"]) : "";
  const signature = item.detail.includes("\n") || item.detail.length > LONGEST_DETAIL ? `\`\`\`python\n${firstOf(item.detail)}\n\`\`\`\n` : "";
  const markdown = tidy(signature + documented);
  return markdown.trim() === "" ? null : documentation(view, markdown);
}

/** The first of several signatures; the others would push the documentation out of sight. */
function firstOf(detail: string): string {
  const [first = "", ...others] = detail.trim().split(/^(?=def )/mu).filter((part) => part.startsWith("def "));
  if (first === "") return detail.trim();
  return others.length === 0 ? first.trim() : `${first.trim()}  # one of ${others.length + 1} ways to call it`;
}

async function fromText(context: CompletionContext): Promise<CompletionResult | null> {
  for (const source of [localCompletionSource, globalCompletion]) {
    const found = await source(context);
    if (found !== null) return found;
  }
  return null;
}
