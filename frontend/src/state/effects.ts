import type { EffectState } from "../model/effect";
import type { Client, StatusLook } from "../wire/client";
import { remembered } from "./remembered";
import { Store } from "./store";

/** Whether edits are tried before they are run: "on" or "off". */
export const triesEdits = remembered("effects", "on");

const all = new Map<string, Effects>();

/** The effects of edits of one pipeline: what was tried last. */
export class Effects {
  readonly state = new Store<EffectState>({ status: "none" });
  #turn = 0;

  /** Try a block as it is saved, with the form's params. An answer that comes too late is let go. */
  async try(client: Pick<Client, "effect">, project: string, pipeline: string, block: string, look: StatusLook): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.state.set({ status: "trying", of: block });
    try {
      const effect = await client.effect(project, pipeline, block, look);
      if (turn !== this.#turn) return;
      if (effect.is_superseded) this.forget();
      else this.state.set({ status: "known", of: block, effect });
    } catch {
      if (turn === this.#turn) this.forget();
    }
  }

  forget(): void {
    this.#turn += 1;
    if (this.state.get().status !== "none") this.state.set({ status: "none" });
  }
}

export function effectsOf(project: string, pipeline: string): Effects {
  const key = `${project}/${pipeline}`;
  const found = all.get(key) ?? new Effects();
  all.set(key, found);
  return found;
}
