import { createContext, useContext } from "react";

/** How a block differs from the last commit. */
export interface BlockMark {
  readonly change: "added" | "changed" | "removed";
  readonly words: string;
}

/** The blocks that differ from the last commit; empty where there is nothing to compare with. */
export const ChangeMarks = createContext<ReadonlyMap<string, BlockMark>>(new Map());

const SIGNS = { added: "+", changed: "~", removed: "−" } as const;

/** A sign on a block that differs from the last commit. */
export function ChangeMark({ block }: { readonly block: string }) {
  const mark = useContext(ChangeMarks).get(block);
  if (mark === undefined) return null;
  return (
    <span className={`node-change change-${mark.change}`} role="img" aria-label={mark.words} title={mark.words}>
      {SIGNS[mark.change]}
    </span>
  );
}
