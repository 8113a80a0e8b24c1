import { diff } from "@codemirror/merge";
import type { EditorView } from "@codemirror/view";
import { RequestFailed } from "../wire/failure";
import type { CodeSource } from "./source";

/** Bring the code into its format, unless it is typed in meanwhile. What is wrong with it is said, not thrown. */
export async function format(view: EditorView, source: CodeSource): Promise<void> {
  if (source.language !== "python") return;
  const { doc } = view.state;
  try {
    const was = doc.toString();
    const is = await source.format(was);
    if (!view.state.doc.eq(doc)) return;
    const changes = diff(was, is, { scanLimit: 1000 }).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: is.slice(fromB, toB) }));
    if (changes.length > 0) view.dispatch({ changes, userEvent: "format" });
  } catch (failed) {
    source.say(failed instanceof RequestFailed ? `Not formatted: ${failed.message}` : "Not formatted: no answer came");
  }
}
