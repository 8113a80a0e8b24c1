import { historyField } from "@codemirror/commands";
import { EditorState, type EditorStateConfig } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { Kept } from "../state/kept";
import { isRecord } from "../wire/decode";

const MOST_FILES = 24;
const LONGEST = 150_000;
const KEEP_MS = 1500;

const kept = new Kept("undo", { most: MOST_FILES, longest: LONGEST });
const fields = { history: historyField };

/** The state of a file's editor as this window last had it, text and undo history; an empty one if it never had. */
export function keptState(name: string, config: EditorStateConfig): EditorState {
  const text = kept.get(name);
  if (text === null) return EditorState.create(config);
  try {
    const found: unknown = JSON.parse(text);
    return EditorState.fromJSON(found, config, fields);
  } catch {
    return EditorState.create(config);
  }
}

/** Keeps an editor's undo history while it is used; older steps make room for newer ones. */
export class HistoryKeeper {
  readonly #name: string;
  readonly #view: () => EditorView;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #keepNow = () => this.keep();

  constructor(name: string, view: () => EditorView) {
    this.#name = name;
    this.#view = view;
    globalThis.addEventListener("pagehide", this.#keepNow);
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#keepNow, KEEP_MS);
  }

  keep(): void {
    clearTimeout(this.#timer);
    const found: unknown = this.#view().state.toJSON(fields);
    for (let most = 200; most >= 1; most = Math.floor(most / 3)) {
      if (kept.put(this.#name, JSON.stringify(shortened(found, most)))) return;
    }
  }

  end(): void {
    this.keep();
    globalThis.removeEventListener("pagehide", this.#keepNow);
  }
}

/** The same with only the newest steps. */
function shortened(state: unknown, most: number): unknown {
  if (!isRecord(state) || !isRecord(state["history"])) return state;
  const { done, undone } = state["history"];
  const newest = (steps: unknown): readonly unknown[] => (Array.isArray(steps) ? steps.slice(-most) : []);
  return { ...state, history: { done: newest(done), undone: newest(undone) } };
}
