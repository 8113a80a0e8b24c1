import { useMemo, useState } from "react";
import type { Search } from "../../graph/nodes";
import type { Drawing } from "../../model/drawing";
import type { BlockView } from "../../wire/schemas";

const NOTHING: Search = { found: null, current: null };

interface Selection {
  readonly selected: string | null;
  readonly onSelect: (block: string) => void;
}

/** Search in the graph: which blocks fit, and which of them is shown; stepping to one selects it. */
export function useGraphSearch(blocks: readonly BlockView[], drawing: Drawing, { selected, onSelect }: Selection) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const wanted = text.trim().toLowerCase();
  const found = useMemo(
    () => (wanted === "" ? [] : blocks.filter((block) => `${block.id} ${block.title} ${block.file}`.toLowerCase().includes(wanted))),
    [blocks, wanted],
  );
  const index = found.length === 0 ? 0 : at % found.length;
  const current = found[index];
  const shown = useMemo((): Search => {
    if (wanted === "") return NOTHING;
    const items = found.map(({ id }) => drawing.itemOf.get(id) ?? id);
    return { found: new Set(items), current: current === undefined ? null : (drawing.itemOf.get(current.id) ?? null) };
  }, [wanted, found, current, drawing]);
  return {
    shown,
    clear: () => setText(""),
    props: {
      text,
      found: found.length,
      at: index,
      onType: (typed: string) => {
        setText(typed);
        setAt(0);
      },
      onStep: (by: number) => {
        // The first step is to the one that is shown already.
        const next = current !== undefined && current.id !== selected ? index : (index + by + found.length) % Math.max(1, found.length);
        const block = found[next];
        setAt(next);
        if (block !== undefined) onSelect(block.id);
      },
    },
  };
}
