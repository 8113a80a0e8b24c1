import { python } from "@codemirror/lang-python";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { useLayoutEffect, useRef } from "react";
import { nonce } from "./extensions";
import { look } from "./theme";

interface CodeViewProps {
  readonly label: string;
  readonly text: string;
  /** The line to begin at; lines count from 1. */
  readonly line: number;
}

/** Python to read: of a module that is not the project's. */
export function CodeView({ label, text, line }: CodeViewProps) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (place.current === null) return undefined;
    const view = new EditorView({ parent: place.current, state: stateOf(label, text) });
    const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from;
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    view.focus();
    return () => view.destroy();
  }, [label, text, line]);
  return <div className="editor" ref={place} />;
}

function stateOf(label: string, text: string): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      nonce(),
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      python(),
      search({ top: true }),
      keymap.of(searchKeymap),
      EditorState.readOnly.of(true),
      look,
      EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
    ],
  });
}
