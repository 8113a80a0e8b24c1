import { keysText } from "./commands";

/** A step of the tour: what to look at, found by its place on the page, and a sentence or two. */
export interface TourStep {
  readonly at: string;
  readonly title: string;
  readonly words: string;
}

/** The first minute on the pipeline page. */
export const TOUR: readonly TourStep[] = [
  { at: ".graph-pane", title: "The graph", words: "Each box is a block, each line says what feeds what. Drag from a dot to another block to connect them. Hover a stale one to see why." },
  { at: ".notebook .card", title: "A block is a file", words: "Edit it here or in any editor. Shift+Enter runs it and what it needs; what it gave stands below, the whole of it." },
  { at: ".top-bar .button-primary", title: "Run", words: "Runs all that is stale, and nothing that is fresh. Change a param or a line, and see what becomes stale." },
  { at: ".top-bar [href$='/runs']", title: "Runs", words: "Every run is kept, with its logs, its code and its data. Open one again whenever you like." },
  { at: ".app-buttons", title: "Everything else", words: "Mod+K finds commands, blocks, pipelines and runs. ? shows all keys." },
];

/** What a step says, with the keys as this keyboard names them. */
export function wordsOf({ words }: TourStep, isMac: boolean): string {
  return words.replaceAll(/\b(?:Mod|Shift)\+\w+/g, (keys) => keysText(keys, isMac));
}

/** The step after one; null at the end. */
export function after(step: number): number | null {
  return step + 1 < TOUR.length ? step + 1 : null;
}
