import { useEffect, useMemo, useState } from "react";
import { around } from "../model/around";
import type { Drawing } from "../model/drawing";
import { NODE_HEIGHT, NODE_WIDTH, placed } from "../model/layout";
import type { Point } from "../wire/schemas";
import type { LayoutAsked, LayoutTold } from "./layout.worker";

/** As many are laid out within a frame; more would be felt. */
const MOST_AT_ONCE = 60;
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };

/** Where the graph's nodes stand; null while a large graph is laid out for the first time. */
export function useLayout({ items, kept, expanded }: Drawing): ReadonlyMap<string, Point> | null {
  const groups = expanded.map(({ id, blocks }) => ({ id, blocks }));
  // The places change with the wiring and the groups alone, not with every status.
  const key = JSON.stringify([items, groups]);
  const isLarge = items.length > MOST_AT_ONCE;
  const [told, setTold] = useState<LayoutTold | null>(null);
  useEffect(() => {
    if (!isLarge) return undefined;
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<LayoutTold>) => setTold(data);
    worker.postMessage({ key, items, groups } satisfies LayoutAsked);
    return () => worker.terminate();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see `key`
  }, [key, isLarge]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- see `key`
  const small = useMemo(() => (isLarge ? null : placed(items, groups)), [key, isLarge]);
  const large = useMemo(() => (told === null ? null : new Map(told.places)), [told]);
  const laidOut = small ?? large;
  return useMemo(() => (laidOut === null ? null : around(laidOut, kept, SIZE)), [laidOut, kept]);
}
