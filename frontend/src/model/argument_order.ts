/** Move an item of a list; an index outside the list leaves it as it is. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length || from === to) return items;
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** Put one upstream where another is, each keeping its neighbours: what dropping one argument on another means. */
export function swapped(upstream: readonly string[], one: string, other: string): readonly string[] {
  return upstream.map((id) => (id === one ? other : id === other ? one : id));
}
