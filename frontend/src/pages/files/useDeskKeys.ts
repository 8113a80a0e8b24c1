import { useEffect } from "react";
import type { FileDesk } from "../../state/file_desk";

/** Undo and redo by the keyboard, where nothing is typed into. */
export function useDeskKeys(desk: FileDesk): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, .cm-editor, dialog") !== null;
      if (isTyping || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) void desk.undo();
      else if (key === "y" || (key === "z" && event.shiftKey)) void desk.redo();
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener("keydown", press);
    return () => globalThis.removeEventListener("keydown", press);
  }, [desk]);
}
