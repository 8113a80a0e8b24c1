import type { GraphCommand } from "../../model/graph_keys";
import type { MenuItem } from "../../ui/Menu";
import type { PipelineView } from "../../wire/schemas";

type Plain = Exclude<GraphCommand["do"], "step" | "nudge">;

interface GraphMenu {
  readonly chosen: ReadonlySet<string>;
  readonly view: PipelineView;
  readonly run: (command: Plain) => void;
  readonly exportSvg: () => void;
}

/** What can be done to what is chosen in the graph, and to the graph. */
export function graphMenu({ chosen, view, run, exportSvg }: GraphMenu): readonly MenuItem[] {
  const none = chosen.size === 0;
  const isOne = chosen.size === 1;
  const item = (label: string, command: Plain, keys: string, isDisabled = none): MenuItem => ({ label, keys, isDisabled, onChoose: () => run(command) });
  return [
    item("Connect to…", "connect", "C", !isOne),
    item("Rename…", "rename", "F2", !isOne),
    item("Duplicate", "duplicate", "Ctrl D"),
    item("Copy", "copy", "Ctrl C"),
    item("Cut", "cut", "Ctrl X"),
    item("Paste", "paste", "Ctrl V", false),
    item("Paste with the same files", "paste-same-files", "Ctrl ⇧ V", false),
    item("Group…", "group", "Ctrl G"),
    item("Ungroup", "ungroup", "Ctrl ⇧ G", none || view.groups.length === 0),
    item("Remove", "remove", "Del"),
    item("Remove with its file", "remove-with-files", "⇧ Del"),
    item("Choose all", "all", "Ctrl A", view.blocks.length === 0),
    item("Tidy up", "tidy", "T", Object.keys(view.layout).length === 0 && view.groups.every((group) => group.at === null)),
    { label: "Save as SVG", onChoose: exportSvg, isDisabled: view.blocks.length === 0 },
  ];
}
