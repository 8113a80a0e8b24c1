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
    case "set_rules":
      return `set rules of ${edit.block}`;
    case "set_description":
      return "change the description";
    default:
      return unreachable(edit);
  }
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
