import { Compartment, type Extension, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { minimalChange } from "../model/text_change";
import { formatsOnSave, keymapChoice, keymapNow } from "../state/editor_settings";
import { extensionsOf } from "./extensions";
import { format } from "./format";
import { HistoryKeeper, keptState } from "./kept_history";
import { keysOf } from "./keymaps";
import { showErrors } from "./lint";
import type { CodeSource, EditorKeys, ErrorMark } from "./source";

interface EditorOptions {
  readonly label: string;
  readonly source: CodeSource;
  readonly onType: (text: string) => void;
  readonly keys: EditorKeys;
}

/** An editor in the page: CodeMirror behind the few things that a card needs of it. */
export class EditorHandle {
  readonly #view: EditorView;
  readonly #keeper: HistoryKeeper;
  readonly #keys: EditorKeys;
  readonly #chosenKeys = new Compartment();
  readonly #service = new Compartment();
  readonly #forget: () => void;
  /** How the file's lines end; the editor itself knows one way only. */
  #lineEnd = "\n";
  #isOver = false;

  constructor(parent: HTMLElement, text: string, { label, source, onType, keys }: EditorOptions) {
    this.#keys = { ...keys, save: () => void this.#save(source, keys.save) };
    const onChange = (typed: string) => {
      onType(this.#lineEnd === "\n" ? typed : typed.replaceAll("\n", this.#lineEnd));
      this.#keeper.soon();
    };
    const extensions: Extension = [
      // Before all others: in Vim, say, Escape means something else.
      this.#chosenKeys.of([]),
      extensionsOf({ label, source, onType: onChange, keys: this.#keys, format: (view) => void format(view, source) }),
      this.#service.of([]),
    ];
    const name = `${source.project}/${source.path}`;
    this.#view = new EditorView({ parent, state: keptState(name, { doc: "", extensions }) });
    this.#view.setTabFocusMode(true);
    this.#keeper = new HistoryKeeper(name, () => this.#view);
    this.setText(text);
    this.#forget = keymapChoice.subscribe(() => void this.#chooseKeys());
    if (keymapNow() !== "default") void this.#chooseKeys();
    if (source.language === "python") void this.#addService(source);
  }

  setText(text: string): void {
    this.#lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    const change = minimalChange(this.#view.state.doc.toString(), text.replaceAll("\r\n", "\n"));
    if (change === null) return;
    this.#view.dispatch({ changes: change, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
  }

  setErrors(errors: readonly ErrorMark[]): void {
    showErrors(this.#view, errors);
  }

  /** Put the cursor at the beginning of a line's words, in view. A line that is not there any more is the last one. */
  goTo(line: number): void {
    const found = this.#view.state.doc.line(Math.min(Math.max(1, line), this.#view.state.doc.lines));
    const at = found.from + found.text.length - found.text.trimStart().length;
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.#view.focus();
  }

  destroy(): void {
    this.#isOver = true;
    this.#forget();
    this.#keeper.end();
    this.#view.destroy();
  }

  async #save(source: CodeSource, save: () => void): Promise<void> {
    if (formatsOnSave()) await format(this.#view, source);
    save();
  }

  async #chooseKeys(): Promise<void> {
    const chosen = keymapNow();
    const keys = await keysOf(chosen, this.#keys);
    if (!this.#isOver && chosen === keymapNow()) this.#view.dispatch({ effects: this.#chosenKeys.reconfigure(keys) });
  }

  async #addService(source: CodeSource): Promise<void> {
    const [service, { pythonHelp }] = await Promise.all([source.service(), import("./python_help")]);
    if (!this.#isOver) this.#view.dispatch({ effects: this.#service.reconfigure(pythonHelp(service, source)) });
  }
}
