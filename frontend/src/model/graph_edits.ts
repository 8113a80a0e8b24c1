import type { BlockView, EditRequest, GroupView, Point } from "../wire/schemas";
import { groupItem, groupOfItem } from "./drawing";
import { freeName } from "./edits";
import type { Edge } from "./graph";

type SingleEdit = Exclude<EditRequest, { op: "several" }>;

/** One edit of several, or the one that there is; null of none. */
export function asOne(edits: readonly SingleEdit[]): EditRequest | null {
  const [first] = edits;
  if (first === undefined) return null;
  return edits.length === 1 ? first : { op: "several", edits: [...edits] };
}

/** The blocks that items stand for, in the pipeline's order. */
export function blocksOf(items: ReadonlySet<string>, blocks: readonly BlockView[], groups: readonly GroupView[]): readonly string[] {
  const within = new Set([...items].flatMap((item) => groups.find(({ id }) => id === groupOfItem(item))?.blocks ?? [item]));
  return blocks.map(({ id }) => id).filter((id) => within.has(id));
}

export function removeEdit(blocks: readonly string[], isWithFiles: boolean): EditRequest | null {
  return asOne(blocks.map((block) => ({ op: "remove_block", block, delete_file: isWithFiles })));
}

/** Where a new block goes: into an edge, or somewhere that people chose. */
export interface Where {
  readonly into: Edge | null;
  readonly spot: Point | null;
}

/** The edit that adds a block and puts it where it goes; into an edge, what was fed directly is now fed by it. */
export function addEdit(add: Extract<EditRequest, { op: "add_block" }>, { into, spot }: Where, blocks: readonly BlockView[]): EditRequest {
  const below = into === null ? undefined : blocks.find(({ id }) => id === into.downstream);
  const edits: SingleEdit[] = [add];
  if (into !== null && below !== undefined) {
    edits.push({ op: "set_upstream", block: below.id, upstream: below.upstream.map((up) => (up === into.upstream ? add.id : up)) });
  }
  if (spot !== null) edits.push({ op: "set_layout", spots: { [add.id]: spot } });
  return asOne(edits) ?? add;
}

/** The edit that draws a new group around blocks. */
export function newGroup(blocks: readonly string[], groups: readonly GroupView[]): GroupView | null {
  if (blocks.length === 0) return null;
  const id = freeName("group", groups.map((group) => group.id));
  return { id, title: "", color: "blue", blocks: [...blocks], is_collapsed: false, at: null };
}

/** The group that is collapsed or expanded with what is chosen: the first of those among it or around it. */
export function groupToFold(chosen: ReadonlySet<string>, groups: readonly GroupView[]): GroupView | null {
  const isChosen = (group: GroupView) => (group.is_collapsed ? chosen.has(groupItem(group.id)) : group.blocks.some((block) => chosen.has(block)));
  return groups.find(isChosen) ?? null;
}

/** The names that are there now and were not before. */
export function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((id) => !before.includes(id));
}
