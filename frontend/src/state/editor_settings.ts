import { remembered } from "./remembered";

export type Keymap = "default" | "vim" | "vscode";

export const KEYMAPS: readonly { readonly id: Keymap; readonly name: string }[] = [
  { id: "default", name: "Default" },
  { id: "vim", name: "Vim" },
  { id: "vscode", name: "VS Code" },
];

/** How code is edited in this browser. */
export const keymapChoice = remembered("editor.keymap", "default");
export const formatChoice = remembered("editor.format-on-save", "no");

export function keymapNow(): Keymap {
  const chosen = keymapChoice.get();
  return chosen === "vim" || chosen === "vscode" ? chosen : "default";
}

export function formatsOnSave(): boolean {
  return formatChoice.get() === "yes";
}
