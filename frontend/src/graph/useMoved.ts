import type { NodeChange } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import { type Drawing, frameOf } from "../model/drawing";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import type { Point } from "../wire/schemas";
import type { GraphNode } from "./nodes";

const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };
const FRAME = "frame:";
const NOTHING: ReadonlyMap<string, Point> = new Map();

/** Where nodes stand while some of them are dragged; a frame takes its blocks along. */
export function useMoved(places: ReadonlyMap<string, Point>, drawing: Drawing) {
  // What was dragged is kept by now, or was refused, once there are new places: either way they say it.
  const [state, setState] = useState({ places, moved: NOTHING });
  const moved = state.places === places ? state.moved : NOTHING;
  const last = useRef(state);
  const shownPlaces = useMemo(() => (moved.size === 0 ? places : new Map([...places, ...moved])), [places, moved]);
  const shift = (next: ReadonlyMap<string, Point>) => {
    last.current = { places, moved: next };
    setState(last.current);
  };
  const settle = () => (last.current.places === places ? last.current.moved : NOTHING);
  const move = (changes: readonly NodeChange<GraphNode>[]) => {
    const found = changes.flatMap((one) => (one.type === "position" && one.position !== undefined ? [[one.id, one.position] as const] : []));
    if (found.length > 0) shift(new Map([...settle(), ...found.flatMap(([id, position]) => stepsOf(id, position, places, drawing))]));
  };
  const forget = () => shift(NOTHING);
  return { shownPlaces, move, settle, forget };
}

function stepsOf(id: string, position: Point, places: ReadonlyMap<string, Point>, drawing: Drawing): readonly (readonly [string, Point])[] {
  if (!id.startsWith(FRAME)) return [[id, position]];
  const group = drawing.expanded.find((one) => `${FRAME}${one.id}` === id);
  const corners = (group?.blocks ?? []).flatMap((block) => {
    const place = places.get(block);
    return place === undefined ? [] : [[block, place] as const];
  });
  const frame = frameOf(corners.map(([, corner]) => corner), SIZE);
  if (frame === null) return [];
  return corners.map(([block, { x, y }]) => [block, { x: x + position.x - frame.x, y: y + position.y - frame.y }]);
}
