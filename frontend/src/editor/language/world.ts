import type { LSPClient } from "@codemirror/lsp-client";

/** A line of a file to show; `module` has the text of one that is not the project's. */
export interface ShownPlace {
  readonly path: string;
  readonly line: number;
  readonly module: string | null;
}

/** What the language service needs of the page around the editors. */
export interface ServiceWorld {
  readonly project: string;
  readonly key: () => string | null;
  readonly show: (place: ShownPlace) => void;
  /** The text of a file as its draft has it. */
  readonly textOf: (path: string) => Promise<string | null>;
  /** Put a text into a file's draft, to be saved. */
  readonly change: (path: string, text: string) => void;
  readonly say: (words: string) => void;
}

/** The language service as the parts of an editor ask it. */
export interface Service {
  readonly client: LSPClient;
  readonly world: ServiceWorld;
  /** See to it that it is there. */
  readonly wake: () => void;
}
