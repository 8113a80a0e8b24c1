import type { KnownTable } from "../model/known_tables";
import type { Schemas } from "../wire/schemas";
import type { LanguageService } from "./language/service";

export type Finding = Schemas["FindingView"];

/** An error at a line of the text; lines count from 1. */
export interface ErrorMark {
  readonly line: number;
  readonly message: string;
}

/** What an editor needs to know of the text that it shows, and where it asks. */
export interface CodeSource {
  readonly project: string;
  readonly path: string;
  readonly language: "python" | "sql" | "markdown";
  /** What is wrong in a text. Throws RequestFailed. */
  readonly lint: (text: string) => Promise<readonly Finding[]>;
  /** The text in its right format. Throws RequestFailed. */
  readonly format: (text: string) => Promise<string>;
  /** The tables that the code can name, as they are now. */
  readonly tables: () => readonly KnownTable[];
  /** The names of the block's params. */
  readonly params: () => readonly string[];
  /** The language service, fetched when it is first needed. */
  readonly service: () => Promise<LanguageService>;
  readonly say: (words: string) => void;
}

export interface EditorKeys {
  readonly run: () => void;
  readonly runOnly: () => void;
  readonly save: () => void;
  /** Put the focus behind the code, so that the keyboard goes on from there. */
  readonly leave: () => void;
}
