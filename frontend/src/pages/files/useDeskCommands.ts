import { useMemo } from "react";
import type { Command } from "../../model/commands";
import type { FileDesk } from "../../state/file_desk";
import { remembered } from "../../state/remembered";
import { useCommands } from "../commands/useCommands";

/** What can be done with a project's files from the palette and by keys. */
export function useDeskCommands(desk: FileDesk): void {
  const made = useMemo((): readonly Command[] => {
    const side = remembered("files.side", "files");
    const of = (id: string, title: string, run: () => void, more: Partial<Command> = {}): Command => ({ id, title, group: "Files", run, ...more });
    return [
      of("undo", "Undo the last change of the files", () => void desk.undo(), { keys: ["Mod+Z"] }),
      of("redo", "Do it again", () => void desk.redo(), { keys: ["Mod+Shift+Z", "Mod+Y"] }),
      of("tree", "Show the tree of files", () => side.set("files")),
      of("search", "Search in the files", () => side.set("search"), { also: "find text grep" }),
      of("git", "Show what Git says", () => side.set("git"), { also: "commit branch status diff" }),
    ];
  }, [desk]);
  useCommands(made);
}
