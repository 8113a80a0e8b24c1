import type { TimeScale } from "../../model/timeline";
import type { ProjectWorld } from "../../state/world";
import type { RunView } from "../../wire/schemas";

/** What the rows of a timeline share. */
export interface Shared {
  readonly home: ProjectWorld;
  readonly run: RunView;
  readonly scale: TimeScale;
  readonly now: number;
  /** What each block read, as far as it is known by now. */
  readonly upstream: ReadonlyMap<string, readonly string[]> | null;
}
