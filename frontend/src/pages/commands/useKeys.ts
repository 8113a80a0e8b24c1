import { useEffect } from "react";
import { asked } from "../../model/commands";
import { commands } from "../../state/commands";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable=true]") !== null;
}

/** Have the keys of commands work anywhere; in a text and over a dialog, a menu or a popover only those that are meant for it. */
export function useKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent, isFirst: boolean) => {
      if (event.defaultPrevented) return;
      const isBusy = isTyping(event.target) || document.querySelector("dialog[open], [role=menu], :popover-open") !== null;
      const command = asked(commands.get(), event, isBusy);
      if (command === null || (command.isEverywhere === true) !== isFirst) return;
      event.preventDefault();
      event.stopPropagation();
      if (command.because == null) command.run();
    };
    // Those that work everywhere come before the editor, whose keymaps know other uses for them; the others last.
    const first = (event: KeyboardEvent) => press(event, true);
    const last = (event: KeyboardEvent) => press(event, false);
    document.addEventListener("keydown", first, { capture: true });
    document.addEventListener("keydown", last);
    return () => {
      document.removeEventListener("keydown", first, { capture: true });
      document.removeEventListener("keydown", last);
    };
  }, []);
}
