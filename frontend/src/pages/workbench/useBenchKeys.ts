import { useEffect } from "react";
import type { Workbench } from "../../state/workbench";

interface Acts {
  readonly help: () => void;
  readonly add: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable=true], dialog") !== null;
}

/** The keys that work anywhere on the pipeline page but in a text. */
export function useBenchKeys(workbench: Workbench, acts: Acts): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && key === "z") void (event.shiftKey ? workbench.redo() : workbench.undo());
      else if (isCommand && key === "y") void workbench.redo();
      else if (event.key === "?") acts.help();
      else if (key === "a" && !isCommand && !event.altKey) acts.add();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [workbench, acts]);
}
