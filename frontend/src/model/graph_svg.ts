import type { BlockKind, GroupColor, Point } from "../wire/schemas";
import type { Frame } from "./drawing";
import type { Wired } from "./graph";
import { bendOf } from "./steps";

/** A node as it is drawn on paper. */
export interface Sketch {
  readonly id: string;
  readonly name: string;
  readonly kind: BlockKind | "group";
  readonly state: string;
  readonly facts: string;
  readonly isDashed: boolean;
}

export interface SketchFrame extends Frame {
  readonly title: string;
  readonly color: GroupColor;
}

interface Drawn {
  readonly title: string;
  readonly items: readonly Wired[];
  readonly nodes: readonly Sketch[];
  readonly frames: readonly SketchFrame[];
  readonly places: ReadonlyMap<string, Point>;
  readonly size: { readonly width: number; readonly height: number };
}

const KIND_COLOR: Readonly<Record<Sketch["kind"], string>> = {
  loader: "#1f5fbf",
  transformer: "#6b46b8",
  exporter: "#a2480c",
  sensor: "#0e6e5c",
  note: "#5b6468",
  group: "#435057",
};
export const GROUP_COLOR: Readonly<Record<GroupColor, string>> = {
  gray: "#56646b",
  blue: "#1f5fbf",
  teal: "#0b6b74",
  green: "#1a6b3a",
  amber: "#855000",
  red: "#b42318",
  purple: "#6b46b8",
};
const MARGIN = 24;
const MAX_NAME = 22;
const FONT = "ui-monospace, 'DejaVu Sans Mono', monospace";

/** The graph as an SVG document on white, for papers and pages that know nothing of Flowstone. */
export function graphSvg({ title, items, nodes, frames, places, size }: Drawn): string {
  const spots = nodes.flatMap((node) => places.get(node.id) ?? []);
  const left = Math.min(0, ...spots.map(({ x }) => x), ...frames.map(({ x }) => x)) - MARGIN;
  const top = Math.min(0, ...spots.map(({ y }) => y), ...frames.map(({ y }) => y)) - MARGIN;
  const right = Math.max(0, ...spots.map(({ x }) => x + size.width), ...frames.map((frame) => frame.x + frame.width)) + MARGIN;
  const bottom = Math.max(0, ...spots.map(({ y }) => y + size.height), ...frames.map((frame) => frame.y + frame.height)) + MARGIN;
  const box = `${left} ${top} ${right - left} ${bottom - top}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${right - left}" height="${bottom - top}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="#ffffff"/>`,
    ...frames.map(frameSvg),
    `<path d="${edgesSvg(items, places, size)}" fill="none" stroke="#9aa6ab" stroke-width="1.75"/>`,
    ...nodes.map((node) => nodeSvg(node, places.get(node.id), size)),
    "</svg>\n",
  ].join("\n");
}

function edgesSvg(items: readonly Wired[], places: ReadonlyMap<string, Point>, { width, height }: Drawn["size"]): string {
  return items
    .flatMap((item) => item.upstream.map((up) => [places.get(up), places.get(item.id)] as const))
    .map(([start, end]) => {
      if (start === undefined || end === undefined) return "";
      const [x, y, toX] = [start.x + width / 2, start.y + height, end.x + width / 2];
      const bend = bendOf(y, end.y);
      return `M${x} ${y}C${x} ${y + bend} ${toX} ${end.y - bend} ${toX} ${end.y}`;
    })
    .join("");
}

function frameSvg({ x, y, width, height, title, color }: SketchFrame): string {
  const ink = GROUP_COLOR[color];
  return `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="12" fill="${ink}" fill-opacity="0.06" stroke="${ink}" stroke-opacity="0.45"/><text x="${x + 14}" y="${y + 21}" font-family="system-ui, sans-serif" font-size="12" font-weight="600" fill="${ink}">${escaped(title)}</text></g>`;
}

function nodeSvg(node: Sketch, place: Point | undefined, { width, height }: Drawn["size"]): string {
  if (place === undefined) return "";
  const { x, y } = place;
  const color = KIND_COLOR[node.kind];
  const name = node.name.length > MAX_NAME ? `${node.name.slice(0, MAX_NAME - 1)}…` : node.name;
  return [
    `<g><title>${escaped(`${node.name}: ${node.kind}${node.state === "" ? "" : `, ${node.state}`}`)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="#ffffff" stroke="#c2cbce"${node.isDashed ? ' stroke-dasharray="4 3"' : ""}/>`,
    `<rect x="${x}" y="${y + 12}" width="3" height="${height - 24}" rx="1.5" fill="${color}"/>`,
    `<circle cx="${x + 20}" cy="${y + 21}" r="4" fill="${color}"/>`,
    `<text x="${x + 32}" y="${y + 25}" font-family="${FONT}" font-size="12" font-weight="600" fill="#182125">${escaped(name)}</text>`,
    `<text x="${x + 14}" y="${y + height - 13}" font-family="system-ui, sans-serif" font-size="11" fill="#435057">${escaped(node.state)}</text>`,
    `<text x="${x + width - 12}" y="${y + height - 13}" text-anchor="end" font-family="system-ui, sans-serif" font-size="11" fill="#56646b">${escaped(node.facts)}</text>`,
    "</g>",
  ].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
