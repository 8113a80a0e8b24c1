import type { BlockView, FrameView } from "../wire/schemas";

/** A line of a block's code. Lines count from 1. */
export interface CodePlace {
  readonly block: string;
  readonly line: number;
}

/** Find the block whose editor shows a frame's line: the failed one if it is its file, else the first of that file; or null. */
export function placeOf(
  frame: Pick<FrameView, "file" | "line">,
  failed: Pick<BlockView, "id" | "file">,
  blocks: readonly Pick<BlockView, "id" | "file">[],
): CodePlace | null {
  const holder = [failed, ...blocks].find((block) => block.file === frame.file);
  return holder === undefined ? null : { block: holder.id, line: frame.line };
}
