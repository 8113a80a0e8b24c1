import { createContext, useContext } from "react";
import type { FileDesk } from "../../state/file_desk";
import type { ProjectWorld, World } from "../../state/world";

/** What every part of the files page works with. */
export interface DeskView {
  readonly world: World;
  readonly home: ProjectWorld;
  readonly desk: FileDesk;
  readonly project: string;
}

export const DeskContext = createContext<DeskView | null>(null);

export function useDesk(): DeskView {
  const view = useContext(DeskContext);
  if (view === null) throw new Error("Parts of the files page stand inside a DeskContext.");
  return view;
}
