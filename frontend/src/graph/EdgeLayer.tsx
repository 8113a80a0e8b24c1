import { ViewportPortal } from "@xyflow/react";
import type { Wired } from "../model/graph";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import { bendOf } from "../model/steps";
import type { Point } from "../wire/schemas";

interface EdgeLayerProps {
  readonly items: readonly Wired[];
  readonly places: ReadonlyMap<string, Point>;
}

/** All edges as one line, for when there are too many to be drawn one by one. */
export function EdgeLayer({ items, places }: EdgeLayerProps) {
  return (
    <ViewportPortal>
      <svg className="edge-layer" width="1" height="1" aria-hidden="true">
        <path d={items.flatMap((item) => item.upstream.map((up) => edgePath(places.get(up), places.get(item.id)))).join("")} />
      </svg>
    </ViewportPortal>
  );
}

/** An edge's line, from the middle of a node's lower side to that of another's upper one. */
export function edgePath(start: Point | undefined, end: Point | undefined): string {
  if (start === undefined || end === undefined) return "";
  const [x, y] = [start.x + NODE_WIDTH / 2, start.y + NODE_HEIGHT];
  const toX = end.x + NODE_WIDTH / 2;
  const bend = bendOf(y, end.y);
  return `M${x} ${y}C${x} ${y + bend} ${toX} ${end.y - bend} ${toX} ${end.y}`;
}
