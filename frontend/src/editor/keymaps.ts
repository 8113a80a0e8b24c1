import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import type { Keymap } from "../state/editor_settings";

interface VimKeys {
  readonly save: () => void;
  readonly leave: () => void;
}

const keysOfView = new WeakMap<EditorView, VimKeys>();

/** The keys of a kind of editing, fetched when they are chosen. */
export async function keysOf(chosen: Keymap, keys: VimKeys): Promise<Extension> {
  switch (chosen) {
    case "default":
      return [];
    case "vim":
      return vimKeys(keys);
    case "vscode": {
      const { vscodeKeymap } = await import("@replit/codemirror-vscode-keymap");
      // Escape leaves the code, as it does with all keys.
      return keymap.of(vscodeKeymap.filter(({ key }) => key !== "Escape"));
    }
  }
}

async function vimKeys(keys: VimKeys): Promise<Extension> {
  const { getCM, Vim, vim } = await import("@replit/codemirror-vim");
  Vim.defineEx("write", "w", (editor: { readonly cm6: EditorView }) => keysOfView.get(editor.cm6)?.save());
  const isResting = (view: EditorView) => {
    const state = getCM(view)?.state.vim;
    return state == null || (!state.insertMode && !state.visualMode && state.inputState.keyBuffer.length === 0);
  };
  return [
    Prec.highest(
      keymap.of([
        {
          key: "Escape",
          run: (view) => {
            if (!isResting(view) || view.state.selection.ranges.length > 1) return false;
            keys.leave();
            return true;
          },
        },
      ]),
    ),
    Prec.high(vim({ status: true })),
    EditorView.updateListener.of(({ view }) => keysOfView.set(view, keys)),
  ];
}
