import { happened } from "../model/happening";
import type { Happening, PipelineStatus } from "../wire/schemas";

/** What is told while an answer is on its way: the answer may have been given before it, so it is put in afterwards. */
export class Meanwhile {
  readonly #open = new Set<Happening[]>();

  note(happening: Happening): void {
    for (const heard of this.#open) heard.push(happening);
  }

  /** Ask, and return the answer as what was told in the meantime leaves it. */
  async during(ask: () => Promise<PipelineStatus>): Promise<PipelineStatus> {
    const heard: Happening[] = [];
    this.#open.add(heard);
    try {
      return heard.reduce(happened, await ask());
    } finally {
      this.#open.delete(heard);
    }
  }
}
