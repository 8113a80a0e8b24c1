import type { Command } from "../model/commands";
import { Store } from "./store";

const offers = new Map<symbol, readonly Command[]>();

/** All that can be done on what is shown now; what was offered last comes first. */
export const commands = new Store<readonly Command[]>([]);

/** Offer commands, until what is returned is called. */
export function offer(made: readonly Command[]): () => void {
  const key = Symbol("offer");
  offers.set(key, made);
  tell();
  return () => {
    offers.delete(key);
    tell();
  };
}

function tell(): void {
  commands.set([...offers.values()].reverse().flat());
}

/** What of the app's own is open over the page. */
export type Overlay = "nothing" | "palette" | "keys" | "settings";

export const overlay = new Store<Overlay>("nothing");
