import type { EditRequest, GroupView, Point } from "../wire/schemas";
import type { Wired } from "./graph";

/** What stands in the graph: blocks, and collapsed groups in the place of theirs. */
export interface Drawing {
  readonly items: readonly Wired[];
  /** Which item stands for a block. */
  readonly itemOf: ReadonlyMap<string, string>;
  /** Where people put items. */
  readonly kept: ReadonlyMap<string, Point>;
  readonly collapsed: readonly GroupView[];
  readonly expanded: readonly GroupView[];
}

export interface Drawn {
  readonly blocks: readonly Wired[];
  readonly groups: readonly GroupView[];
  readonly layout: Readonly<Record<string, Point>>;
}

const GROUP = "group:";
export const groupItem = (group: string) => `${GROUP}${group}`;
export const groupOfItem = (item: string) => (item.startsWith(GROUP) ? item.slice(GROUP.length) : null);

/** Put collapsed groups in the place of their blocks; an item reads what any of its blocks reads outside of it. */
export function drawingOf({ blocks, groups, layout }: Drawn): Drawing {
  const collapsed = groups.filter((group) => group.is_collapsed);
  const owner = new Map(collapsed.flatMap((group) => group.blocks.map((block) => [block, groupItem(group.id)] as const)));
  const itemOf = new Map(blocks.map(({ id }) => [id, owner.get(id) ?? id]));
  const upstreams = new Map<string, Set<string>>();
  for (const block of blocks) {
    const item = itemOf.get(block.id) ?? block.id;
    const found = upstreams.get(item) ?? new Set<string>();
    for (const up of block.upstream) {
      const above = itemOf.get(up);
      if (above !== undefined && above !== item) found.add(above);
    }
    upstreams.set(item, found);
  }
  const keptGroups = collapsed.flatMap((group) => (group.at === null ? [] : [[groupItem(group.id), group.at] as const]));
  const keptBlocks = Object.entries(layout).filter(([id]) => itemOf.get(id) === id);
  return {
    items: [...upstreams].map(([id, found]) => ({ id, upstream: [...found] })),
    itemOf,
    kept: new Map([...keptBlocks, ...keptGroups]),
    collapsed,
    expanded: groups.filter((group) => !group.is_collapsed),
  };
}

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const FRAME = { side: 16, top: 36, bottom: 16 };

/** The frame around blocks that stand at these corners; null around none. */
export function frameOf(corners: readonly Point[], size: { readonly width: number; readonly height: number }): Frame | null {
  if (corners.length === 0) return null;
  const left = Math.min(...corners.map(({ x }) => x)) - FRAME.side;
  const top = Math.min(...corners.map(({ y }) => y)) - FRAME.top;
  return {
    x: left,
    y: top,
    width: Math.max(...corners.map(({ x }) => x)) + size.width + FRAME.side - left,
    height: Math.max(...corners.map(({ y }) => y)) + size.height + FRAME.bottom - top,
  };
}

/** The edit that keeps items where they were dragged to; null where nothing moved. */
export function moveEdit(groups: readonly GroupView[], moved: ReadonlyMap<string, Point>): EditRequest | null {
  const rounded = [...moved].map(([item, { x, y }]) => [item, { x: Math.round(x), y: Math.round(y) }] as const);
  const spots = Object.fromEntries(rounded.filter(([item]) => groupOfItem(item) === null));
  const ofGroups = rounded.flatMap(([item, at]) => {
    const group = groups.find(({ id }) => id === groupOfItem(item));
    return group === undefined ? [] : [groupEdit(group, { at })];
  });
  const edits = [...(Object.keys(spots).length === 0 ? [] : [{ op: "set_layout", spots } as const]), ...ofGroups];
  const [first] = edits;
  if (first === undefined) return null;
  return edits.length === 1 ? first : { op: "several", edits };
}

/** The edit that lets everything lie where there is room again; null where nobody has put anything anywhere. */
export function tidyEdit({ groups, layout }: Drawn): EditRequest | null {
  const spots = Object.fromEntries(Object.keys(layout).map((block) => [block, null]));
  const ofGroups = groups.filter((group) => group.at !== null).map((group) => groupEdit(group, { at: null }));
  const edits = [...(Object.keys(spots).length === 0 ? [] : [{ op: "set_layout", spots } as const]), ...ofGroups];
  const [first] = edits;
  if (first === undefined) return null;
  return edits.length === 1 ? first : { op: "several", edits };
}

type GroupChange = Partial<Pick<GroupView, "title" | "color" | "blocks" | "is_collapsed" | "at">>;

/** The edit that changes something of a group. */
export function groupEdit(group: GroupView, change: GroupChange) {
  const { id, title, color, blocks, is_collapsed, at } = { ...group, ...change };
  return { op: "set_group", group: id, title, color, blocks: [...blocks], is_collapsed, at } as const;
}
