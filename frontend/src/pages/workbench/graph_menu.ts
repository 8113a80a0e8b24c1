import { keysText } from "../../model/commands";
import { groupOfItem } from "../../model/drawing";
import { groupToFold } from "../../model/graph_edits";
import { GRAPH_KEYS, type GraphCommand } from "../../model/graph_keys";
import { isMac } from "../../state/machine";
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
  const item = (label: string, command: Plain & keyof typeof GRAPH_KEYS, isDisabled = none): MenuItem => ({
    label,
    keys: keysText(GRAPH_KEYS[command], isMac),
    isDisabled,
    onChoose: () => run(command),
  });
  const folds = groupToFold(chosen, view.groups);
  const hasGroup = [...chosen].some((one) => groupOfItem(one) !== null);
  return [
    item("Connect to…", "connect", !isOne || hasGroup),
    item("Rename…", "rename", !isOne),
    item("Duplicate", "duplicate"),
    item("Copy", "copy"),
    item("Cut", "cut"),
    item("Paste", "paste", false),
    item("Paste with the same files", "paste-same-files", false),
    item("Group…", "group"),
    item("Ungroup", "ungroup", none || view.groups.length === 0),
    { label: folds?.is_collapsed === true ? "Expand" : "Collapse", isDisabled: folds === null, onChoose: () => run("fold") },
    item("Remove", "remove"),
    item("Remove with its file", "remove-with-files"),
    item("Choose all", "all", view.blocks.length === 0),
    item("Tidy up", "tidy", Object.keys(view.layout).length === 0 && view.groups.every((group) => group.at === null)),
    { label: "Save as SVG", onChoose: exportSvg, isDisabled: view.blocks.length === 0 },
  ];
}
