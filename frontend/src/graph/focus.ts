import type { Edge } from "../model/graph";
import { edgeId } from "./nodes";

const TRIES = 30;

/** Focus a node once it is drawn: one far away must come into view first. */
export function focusItem(item: string, tries = TRIES): void {
  requestAnimationFrame(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    const found = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(item)}"]`);
    if (found !== null) found.focus({ preventScroll: true });
    else if (tries > 0) focusItem(item, tries - 1);
  });
}

/** Focus the node that Tab leads to, or the ground where there is none. */
export function focusGraph(): void {
  requestAnimationFrame(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    const found = document.querySelector<HTMLElement>(".react-flow__node[tabindex='0']") ?? document.querySelector<HTMLElement>(".flow-room");
    found?.focus({ preventScroll: true });
  });
}

export function focusSearch(): void {
  document.querySelector<HTMLInputElement>(".graph-search input")?.focus();
}

/** From a node to the first of its edges; from an edge to the next of the node below it. */
export function focusEdgeOf(item: string | null, edge: Edge | null): void {
  const all = [...document.querySelectorAll<SVGElement>(".react-flow__edge")];
  const node = item ?? edge?.downstream ?? "";
  const own = all.filter(({ dataset }) => dataset["id"]?.split("→").includes(node));
  const at = edge === null ? -1 : own.findIndex(({ dataset }) => dataset["id"] === edgeId(edge.upstream, edge.downstream));
  own[(at + 1) % own.length]?.focus();
}
