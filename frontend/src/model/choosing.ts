import { groupOfItem } from "./drawing";

export interface Chosen {
  /** The items of the graph that are chosen. */
  readonly items: ReadonlySet<string>;
  /** The block whose card is. */
  readonly selected: string | null;
}

/** Which block is selected once these items are chosen: the newest, if it is a block; else the one of before, as long as its item is among them. */
export function selectedAmong(next: ReadonlySet<string>, before: Chosen, itemOf: ReadonlyMap<string, string>): string | null {
  const newest = [...next].filter((item) => !before.items.has(item)).at(-1) ?? [...next].at(-1);
  if (newest === undefined) return null;
  if (groupOfItem(newest) === null) return newest;
  const item = before.selected === null ? undefined : itemOf.get(before.selected);
  return item !== undefined && next.has(item) ? before.selected : null;
}
