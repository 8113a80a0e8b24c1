import type { Client } from "../wire/client";
import { remembered } from "./remembered";

/** Blocks that were copied, as YAML, and where from. */
export interface Copied {
  readonly text: string;
  readonly project: string;
  readonly pipeline: string;
}

const kept = remembered("clipboard", "");

/** Copy blocks, for pipelines in this browser; answers with the text of them that is for anywhere else. */
export async function copyBlocks(client: Client, { project, pipeline }: Omit<Copied, "text">, blocks: readonly string[]): Promise<string> {
  const { text } = await client.fragment(project, pipeline, blocks);
  kept.set(JSON.stringify({ text, project, pipeline }));
  return text;
}

/** What was copied last; null when nothing was. */
export function copiedBlocks(): Copied | null {
  const found: unknown = kept.get() === "" ? null : JSON.parse(kept.get());
  return isCopied(found) ? found : null;
}

function isCopied(value: unknown): value is Copied {
  return typeof value === "object" && value !== null && "text" in value && "project" in value && "pipeline" in value;
}

/** Whether a text may be blocks that were copied as YAML. */
export function looksLikeBlocks(text: string): boolean {
  return /^blocks:[ \t]*\r?\n/m.test(text);
}
