import type { ReactFlowInstance } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import type { Drawing } from "../model/drawing";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/layout";
import type { Point } from "../wire/schemas";
import type { GraphNode } from "./nodes";

interface ViewOf {
  readonly flow: ReactFlowInstance<GraphNode>;
  readonly places: ReadonlyMap<string, Point>;
  readonly drawing: Drawing;
  /** The node that is to be in view. */
  readonly target: string | null;
}

const MARGIN = 24;
/** The overview and the buttons at the bottom are to cover no block. */
const BOTTOM = 112;
const LEAST_ZOOM = 0.05;
/** Below this nothing can be read: a graph that is larger begins at its top. */
const READABLE_ZOOM = 0.4;

/** Fits the graph when it is opened, when blocks come or go, and when its pane changes; pans to what is chosen. */
export function useView({ flow, places, drawing, target }: ViewOf): () => void {
  const held = useRef({ places });
  useLayoutEffect(() => {
    held.current.places = places;
  });
  const fit = useCallback((least: number) => fitted(flow, held.current.places, least), [flow]);
  const ids = drawing.items.map(({ id }) => id).sort().join(" ");
  useEffect(() => {
    const frame = requestAnimationFrame(() => fit(READABLE_ZOOM));
    return () => cancelAnimationFrame(frame);
  }, [fit, ids]);
  useEffect(() => {
    const pane = document.querySelector(".flow");
    if (pane === null) return undefined;
    let width = pane.clientWidth;
    const observer = new ResizeObserver(() => {
      if (Math.abs(pane.clientWidth - width) < 40) return;
      width = pane.clientWidth;
      fit(READABLE_ZOOM);
    });
    observer.observe(pane);
    return () => observer.disconnect();
  }, [fit]);
  useEffect(() => {
    const place = target === null ? undefined : held.current.places.get(target);
    if (place !== undefined) reveal(flow, place);
  }, [flow, target]);
  return () => fit(LEAST_ZOOM);
}

/** Zoom and pan so that all nodes are in view; where that would need less than the least zoom, the top of them. */
function fitted(flow: ReactFlowInstance<GraphNode>, places: ReadonlyMap<string, Point>, least: number): void {
  const pane = document.querySelector(".flow");
  const all = [...places.values()];
  if (pane === null || all.length === 0 || pane.clientWidth === 0) return;
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const width = Math.max(...all.map(({ x }) => x)) + NODE_WIDTH - left;
  const height = Math.max(...all.map(({ y }) => y)) + NODE_HEIGHT - top;
  const room = { width: pane.clientWidth - 2 * MARGIN, height: pane.clientHeight - MARGIN - BOTTOM };
  const whole = Math.min(1, room.width / width, room.height / height);
  const zoom = Math.max(least, whole);
  const x = MARGIN + (room.width - width * zoom) / 2;
  const y = MARGIN + Math.max(0, (room.height - height * zoom) / 2);
  void flow.setViewport({ x: x - left * zoom, y: y - top * zoom, zoom });
}

/** Pan so that a node is in view, if it is not. */
function reveal(flow: ReactFlowInstance<GraphNode>, place: Point): void {
  const pane = document.querySelector(".flow")?.getBoundingClientRect();
  if (pane === undefined || pane.width === 0) return;
  const corner = flow.flowToScreenPosition(place);
  const end = flow.flowToScreenPosition({ x: place.x + NODE_WIDTH, y: place.y + NODE_HEIGHT });
  const isSeen = corner.x >= pane.left && corner.y >= pane.top && end.x <= pane.right && end.y <= pane.bottom;
  if (!isSeen) void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, { zoom: Math.max(flow.getZoom(), READABLE_ZOOM), duration: 200 });
}
