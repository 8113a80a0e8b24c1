import { useEffect } from "react";
import type { Command } from "../../model/commands";
import { offer } from "../../state/commands";

/** Offer commands as long as the component is shown; the list must keep its identity while nothing changes. */
export function useCommands(made: readonly Command[]): void {
  useEffect(() => offer(made), [made]);
}
