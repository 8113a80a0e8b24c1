import type { Schemas } from "../wire/schemas";

type BlockChange = Schemas["BlockChangeView"];

/** Say of each block that differs from the last commit how, for its mark in the graph. */
export function changeMarks(changes: readonly BlockChange[]): ReadonlyMap<string, { readonly change: BlockChange["change"]; readonly words: string }> {
  return new Map(changes.map((one) => [one.block, { change: one.change, words: wordsOf(one) }]));
}

function wordsOf({ change, what }: BlockChange): string {
  if (change === "added") return "New since the last commit";
  return `Changed since the last commit: ${what.map((part) => part.replaceAll("_", " ")).join(", ")}`;
}

/** Name the blocks that are gone since the last commit; empty where none is. */
export function removedWords(changes: readonly BlockChange[]): string {
  const gone = changes.filter((one) => one.change === "removed").map((one) => one.block);
  return gone.length === 0 ? "" : `Removed since the last commit: ${gone.join(", ")}`;
}
