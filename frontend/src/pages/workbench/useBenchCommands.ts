import { useMemo } from "react";
import { focusGraph, focusSearch } from "../../graph/focus";
import type { Command } from "../../model/commands";
import { runPath } from "../../model/route";
import { goTo } from "../../state/navigation";
import { remembered } from "../../state/remembered";
import { useStore } from "../../ui/useStore";
import type { PipelineStatus, PipelineView } from "../../wire/schemas";
import { useCommands } from "../commands/useCommands";
import type { Bench } from "./bench";

interface Acts {
  readonly add: () => void;
  readonly choose: (block: string) => void;
}

/** What can be done with the pipeline that is shown, and with each of its blocks. */
export function useBenchCommands(bench: Bench, view: PipelineView, status: PipelineStatus | null, { add, choose }: Acts): void {
  const { workbench, project } = bench;
  const history = useStore(workbench.history);
  const run = status?.active_run?.id ?? null;
  const last = status?.last_run?.id ?? null;
  const made = useMemo((): readonly Command[] => {
    const busy = run === null ? null : "A run goes on";
    const still = run === null ? "Nothing runs" : null;
    const panes = remembered("view", "both");
    const of = (id: string, title: string, act: () => void, more: Partial<Command> = {}): Command => ({ id, title, group: "Pipeline", run: act, ...more });
    return [
      of("run", "Run all that is stale", () => void workbench.run({ reuse: "editor" }), { keys: ["Mod+Shift+Enter"], isEverywhere: true, because: busy }),
      of("run everything", "Run everything", () => void workbench.run({ reuse: "never" }), { because: busy, also: "all force" }),
      of("stop", "Stop the run", () => void (run === null ? undefined : workbench.stop(run)), { because: still, also: "cancel end" }),
      of("add", "Add a block", add, { keys: ["A"], also: "new library loader transformer exporter" }),
      of("undo", "Undo the last edit of the pipeline", () => void workbench.undo(), { keys: ["Mod+Z"], because: history.past.length === 0 ? "Nothing to take back" : null }),
      of("redo", "Do it again", () => void workbench.redo(), { keys: ["Mod+Shift+Z", "Mod+Y"], because: history.future.length === 0 ? "Nothing to do again" : null, also: "redo" }),
      of("find", "Find a block in the graph", focusSearch, { keys: ["/"], isMinor: true }),
      of("to graph", "Go to the graph", focusGraph, { keys: ["G"], isMinor: true, also: "focus keyboard" }),
      of("both", "Show graph and notebook", () => panes.set("both"), { isMinor: true, also: "view split" }),
      of("graph", "Show the graph alone", () => panes.set("graph"), { isMinor: true, also: "view" }),
      of("notebook", "Show the notebook alone", () => panes.set("notebook"), { isMinor: true, also: "view" }),
      ...(last === null ? [] : [of("last run", "Open the last run", () => goTo(runPath(project, last)), { also: "logs history" })]),
      ...view.blocks.map((block): Command => ({ id: `block ${block.id}`, title: block.id, group: "Block", also: `${block.title} ${block.file}`, run: () => choose(block.id) })),
      ...view.blocks
        .filter((block) => block.kind !== "note")
        .map((block): Command => ({ id: `run ${block.id}`, title: `Run ${block.id}`, group: "Block", isMinor: true, because: busy, run: () => void workbench.run({ blocks: [block.id], reuse: "editor" }) })),
    ];
  }, [workbench, project, view.blocks, run, last, history, add, choose]);
  useCommands(made);
}
