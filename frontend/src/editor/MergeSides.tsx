import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { MergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef } from "react";
import { duckDb } from "./completion/sql";
import { nonce } from "./extensions";
import { look } from "./theme";

interface MergeSidesProps {
  readonly theirs: string;
  readonly mine: string;
  readonly language: "python" | "sql";
  readonly onType: (text: string) => void;
}

/** Two texts side by side with what differs marked: theirs to read, mine to edit and to take pieces over into. */
export function MergeSides({ theirs, mine, language, onType }: MergeSidesProps) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onType);
  useEffect(() => {
    latest.current = onType;
  });
  useLayoutEffect(() => {
    if (place.current === null) return undefined;
    const common = [nonce(), lineNumbers(), look, language === "sql" ? sql({ dialect: duckDb }) : python(), EditorView.lineWrapping];
    const view = new MergeView({
      parent: place.current,
      a: { doc: theirs, extensions: [common, EditorState.readOnly.of(true), named("On disk")] },
      b: { doc: mine, extensions: [common, editing((text) => latest.current(text)), named("Yours")] },
      revertControls: "a-to-b",
      renderRevertControl: takeButton,
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    view.b.focus();
    return () => view.destroy();
  }, [theirs, mine, language]);
  return <div className="merge" ref={place} />;
}

const named = (label: string): Extension => EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" });

function editing(onType: (text: string) => void): Extension {
  return [
    history(),
    keymap.of([...historyKeymap, indentWithTab, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onType(update.state.doc.toString());
    }),
  ];
}

function takeButton(): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "merge-take";
  button.title = "Take this piece from the disk's version";
  button.setAttribute("aria-label", button.title);
  button.textContent = "→";
  return button;
}
