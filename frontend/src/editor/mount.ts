import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Transaction } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, type ViewUpdate } from "@codemirror/view";
import { minimalChange } from "../model/text_change";
import { look } from "./theme";

/** An error at a line of the text; lines count from 1. */
export interface ErrorMark {
  readonly line: number;
  readonly message: string;
}

export interface EditorKeys {
  readonly run: () => void;
  readonly runOnly: () => void;
  readonly save: () => void;
  /** Put the focus behind the code, so that the keyboard goes on from there. */
  readonly leave: () => void;
}

interface EditorOptions {
  readonly label: string;
  readonly language: "python" | "sql" | "markdown";
  readonly onType: (text: string) => void;
  readonly keys: EditorKeys;
}

/** An editor in the page: CodeMirror behind the few things that a card needs of it. */
export class EditorHandle {
  readonly #view: EditorView;

  constructor(parent: HTMLElement, options: EditorOptions) {
    this.#view = new EditorView({ parent, state: EditorState.create({ doc: "", extensions: extensionsOf(options) }) });
    this.#view.setTabFocusMode(true);
  }

  setText(text: string): void {
    const change = minimalChange(this.#view.state.doc.toString(), text);
    if (change === null) return;
    this.#view.dispatch({ changes: change, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
  }

  setErrors(errors: readonly ErrorMark[]): void {
    const { doc } = this.#view.state;
    const marks = errors
      .filter((error) => error.line >= 1 && error.line <= doc.lines)
      .map((error): Diagnostic => {
        const line = doc.line(error.line);
        const indent = line.text.length - line.text.trimStart().length;
        return { from: line.from + indent, to: line.to, severity: "error", message: error.message };
      });
    this.#view.dispatch(setDiagnostics(this.#view.state, marks));
  }

  /** Put the cursor at the beginning of a line's words, in view. A line that is not there any more is the last one. */
  goTo(line: number): void {
    const found = this.#view.state.doc.line(Math.min(Math.max(1, line), this.#view.state.doc.lines));
    const at = found.from + found.text.length - found.text.trimStart().length;
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }
}

function extensionsOf({ label, language, onType, keys }: EditorOptions): Extension {
  return [
    nonce(),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    indentOnInput(),
    indentUnit.of(language === "python" ? "    " : "  "),
    bracketMatching(),
    closeBrackets(),
    autocompletion(),
    search({ top: true }),
    highlightSelectionMatches(),
    lintGutter(),
    keymap.of([
      { key: "Shift-Enter", run: doing(keys.run) },
      { key: "Mod-Enter", run: doing(keys.runOnly) },
      { key: "Mod-s", run: doing(keys.save), preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      { key: "Escape", run: leaving(keys.leave) },
      indentWithTab,
      ...defaultKeymap,
    ]),
    tabMovesOnUntilTyped(),
    languageOf(language),
    look,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (isTyped(update)) onType(update.state.doc.toString());
    }),
  ];
}

function nonce(): Extension {
  const found = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
  return found === "" ? [] : EditorView.cspNonce.of(found);
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

function languageOf(language: EditorOptions["language"]): Extension {
  switch (language) {
    case "python":
      return python();
    case "sql":
      return sql();
    case "markdown":
      return EditorView.lineWrapping;
  }
}
