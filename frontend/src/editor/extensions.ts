import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Transaction } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
  type ViewUpdate,
} from "@codemirror/view";
import { duckDb, sqlCompletion } from "./completion/sql";
import { linting } from "./lint";
import type { CodeSource, EditorKeys } from "./source";
import { look } from "./theme";

interface Parts {
  readonly label: string;
  readonly source: CodeSource;
  readonly onType: (text: string) => void;
  readonly keys: EditorKeys;
  readonly format: (view: EditorView) => void;
}

/** Everything that an editor has from the start; what a choice or the language service adds comes apart. */
export function extensionsOf({ label, source, onType, keys, format }: Parts): Extension {
  return [
    nonce(),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    crosshairCursor(),
    indentOnInput(),
    indentUnit.of(source.language === "python" ? "    " : "  "),
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    highlightSelectionMatches(),
    linting(source),
    folding(),
    keymap.of([
      { key: "Shift-Enter", run: doing(keys.run) },
      { key: "Mod-Enter", run: doing(keys.runOnly) },
      { key: "Mod-s", run: doing(keys.save), preventDefault: true },
      { key: "Shift-Alt-f", run: (view) => doing(() => format(view))(), preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      { key: "Escape", run: leaving(keys.leave) },
      indentWithTab,
      ...defaultKeymap,
    ]),
    tabMovesOnUntilTyped(),
    languageOf(source),
    look,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (isTyped(update)) onType(update.state.doc.toString());
    }),
  ];
}

export function nonce(): Extension {
  const found = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
  return found === "" ? [] : EditorView.cspNonce.of(found);
}

export function languageOf(source: CodeSource): Extension {
  switch (source.language) {
    case "python":
      return python();
    case "sql":
      return [sql({ dialect: duckDb }), autocompletion({ override: sqlCompletion(source) })];
    case "markdown":
      return [EditorView.lineWrapping, autocompletion({ override: [] })];
  }
}

function folding(): Extension {
  return [
    codeFolding({ placeholderText: "…" }),
    foldGutter({
      markerDOM(isOpen) {
        const mark = document.createElement("span");
        mark.className = isOpen ? "fold-mark" : "fold-mark is-folded";
        mark.title = isOpen ? "Fold" : "Unfold";
        mark.textContent = isOpen ? "⌄" : "›";
        return mark;
      },
    }),
  ];
}

/** Escape leaves the code, once it has nothing to close and no second cursor to drop. */
function leaving(leave: () => void) {
  return (view: EditorView): boolean => {
    if (view.state.selection.ranges.length > 1) return false;
    leave();
    return true;
  };
}

/** Tab indents only for somebody who typed here or clicked into the text; who tabs through the page writes nothing. */
function tabMovesOnUntilTyped(): Extension {
  return [
    EditorView.domEventHandlers({
      mousedown: (_event, view) => view.setTabFocusMode(false),
      blur: (_event, view) => (document.hasFocus() ? view.setTabFocusMode(true) : undefined),
    }),
    EditorView.updateListener.of((update) => {
      if (isTyped(update)) update.view.setTabFocusMode(false);
    }),
  ];
}

function isTyped(update: ViewUpdate): boolean {
  return update.transactions.some((one) => one.docChanged && one.annotation(Transaction.remote) !== true);
}

function doing(act: () => void): () => boolean {
  return () => {
    act();
    return true;
  };
}
