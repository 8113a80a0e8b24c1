import type { BlockKind } from "../wire/schemas";

/** A block as far as its place in the graph goes. */
export interface Wired {
  readonly id: string;
  readonly upstream: readonly string[];
}

export interface Edge {
  readonly upstream: string;
  readonly downstream: string;
}

export function edgesOf(blocks: readonly Wired[]): readonly Edge[] {
  const known = new Set(blocks.map((block) => block.id));
  return blocks.flatMap((block) =>
    block.upstream.filter((up) => known.has(up)).map((upstream) => ({ upstream, downstream: block.id })),
  );
}

/** Order blocks so that each comes after its upstreams, otherwise as written; those of a cycle come last, as written. */
export function inOrder<Block extends Wired>(blocks: readonly Block[]): readonly Block[] {
  const known = new Set(blocks.map((block) => block.id));
  const placed = new Set<string>();
  const ordered: Block[] = [];
  let waiting = [...blocks];
  while (waiting.length > 0) {
    const next = waiting.find((block) => block.upstream.every((up) => placed.has(up) || !known.has(up)));
    if (next === undefined) return [...ordered, ...waiting];
    ordered.push(next);
    placed.add(next.id);
    waiting = waiting.filter((block) => block !== next);
  }
  return ordered;
}

/** All blocks that a block needs, itself included. */
export function withAncestors(blocks: readonly Wired[], block: string): ReadonlySet<string> {
  const above = new Map(blocks.map((one) => [one.id, one.upstream]));
  const found = new Set<string>();
  const open = [block];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(above.get(next) ?? []));
  }
  return found;
}

export type Connection = "possible" | "itself" | "already" | "cycle";

/** Say whether `downstream` may read `upstream`, and if not, why. */
export function connectionOf(blocks: readonly Wired[], upstream: string, downstream: string): Connection {
  if (upstream === downstream) return "itself";
  if (blocks.some((block) => block.id === downstream && block.upstream.includes(upstream))) return "already";
  return withAncestors(blocks, upstream).has(downstream) ? "cycle" : "possible";
}

/** Part blocks into groups that hang together, each as written; blocks that stand alone come last. */
export function components<Block extends Wired>(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const group = new Map(blocks.map((block) => [block.id, block.id]));
  const find = (id: string): string => {
    let found = id;
    for (let up = group.get(found); up !== undefined && up !== found; up = group.get(found)) found = up;
    return found;
  };
  for (const { upstream, downstream } of edgesOf(blocks)) group.set(find(downstream), find(upstream));
  const byRoot = new Map<string, Block[]>();
  for (const block of blocks) byRoot.set(find(block.id), [...(byRoot.get(find(block.id)) ?? []), block]);
  const parts = [...byRoot.values()];
  return [...parts.filter((part) => part.length > 1), ...parts.filter((part) => part.length === 1)];
}

/** Whether a block may read others. One in SQL always may: it is a loader only for as long as it reads nothing. */
export function takesInputs(block: { readonly kind: BlockKind; readonly language: string }): boolean {
  return block.kind !== "note" && (block.kind !== "loader" || block.language === "sql");
}
