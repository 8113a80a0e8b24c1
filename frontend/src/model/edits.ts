import type { EditRequest } from "../wire/schemas";
import { unreachable } from "./unreachable";

/** Say what an edit does, in the words of the undo button. */
export function editLabel(edit: EditRequest): string {
  switch (edit.op) {
    case "add_block":
      return `add ${edit.id}`;
    case "remove_block":
      return `remove ${edit.block}`;
    case "rename_block":
      return `rename ${edit.block} to ${edit.to}`;
    case "connect":
      return `connect ${edit.upstream} to ${edit.downstream}`;
    case "disconnect":
      return `disconnect ${edit.upstream} from ${edit.downstream}`;
    case "set_upstream":
      return `reorder the arguments of ${edit.block}`;
    case "set_params":
      return `set params of ${edit.block}`;
    case "set_limits":
      return `set limits of ${edit.block}`;
    case "set_charts":
      return `change the charts of ${edit.block}`;
    case "set_rules":
      return `set rules of ${edit.block}`;
    case "set_description":
      return "change the description";
    case "set_layout":
      return layoutLabel(Object.entries(edit.spots));
    case "set_group":
      return `draw the group ${edit.title === "" || edit.title === undefined ? edit.group : edit.title}`;
    case "remove_group":
      return `ungroup ${edit.group}`;
    case "paste_blocks":
      return "paste blocks";
    case "several":
      return severalLabel(edit.edits);
    default:
      return unreachable(edit);
  }
}

function layoutLabel(spots: readonly (readonly [string, unknown])[]): string {
  const [first] = spots;
  if (spots.every(([, spot]) => spot === null)) return "tidy up";
  return spots.length === 1 && first !== undefined ? `move ${first[0]}` : `move ${spots.length} blocks`;
}

/** Several edits are called by the first, and by their number where they are of one kind. */
function severalLabel(edits: Extract<EditRequest, { op: "several" }>["edits"]): string {
  const [first] = edits;
  if (first === undefined) return "nothing";
  const isOneKind = edits.every((edit) => edit.op === first.op);
  if (edits.length > 1 && isOneKind && first.op === "remove_block") return `remove ${edits.length} blocks`;
  if (edits.length > 1 && isOneKind && first.op === "disconnect") return `disconnect ${edits.length} connections`;
  return editLabel(first);
}

const ID = /^[a-z][a-z0-9_]{0,62}$/;

/** Say what is wrong with a block's or pipeline's name, or null. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === "") return "Give it a name.";
  if (!ID.test(name)) return "Use lower-case letters, digits and _, beginning with a letter, at most 63.";
  return taken.includes(name) ? `There is already a ${name}.` : null;
}

/** Suggest a name that is not taken yet. */
export function freeName(wish: string, taken: readonly string[]): string {
  const base = wish.toLowerCase().replace(/[^a-z0-9_]+/g, "_").replace(/^[^a-z]+/, "").slice(0, 58) || "block";
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}
