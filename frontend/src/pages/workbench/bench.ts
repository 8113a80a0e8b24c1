import { createContext, useContext } from "react";
import type { ProjectWorld, World } from "../../state/world";
import type { Workbench } from "../../state/workbench";

/** What every part of the workbench works with. */
export interface Bench {
  readonly world: World;
  readonly home: ProjectWorld;
  readonly project: string;
  readonly pipeline: string;
  readonly workbench: Workbench;
}

export const BenchContext = createContext<Bench | null>(null);

export function useBench(): Bench {
  const bench = useContext(BenchContext);
  if (bench === null) throw new Error("Parts of the workbench stand inside a BenchContext.");
  return bench;
}
