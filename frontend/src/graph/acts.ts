import type { Edge } from "../model/graph";
import type { EditRequest, Point } from "../wire/schemas";

/** Where something from the library was dropped: upon an edge, or upon free ground. */
export interface Drop {
  readonly choice: string;
  readonly into: Edge | null;
  readonly at: Point;
}

/** What the graph asks of the page around it. */
export interface GraphActs {
  readonly select: (block: string | null) => void;
  readonly choose: (items: ReadonlySet<string>) => void;
  readonly edit: (request: EditRequest) => Promise<boolean>;
  readonly drop: (drop: Drop) => void;
  /** A key that was pressed upon a block, an edge, or the ground; whether it meant something. */
  readonly press: (event: GraphKey) => boolean;
}

export interface GraphKey {
  readonly key: string;
  readonly shift: boolean;
  readonly command: boolean;
  readonly alt: boolean;
  readonly item: string | null;
  readonly edge: Edge | null;
}

/** The kind of what is dragged from the library. */
export const LIBRARY_BLOCK = "application/x-flowstone-library";
