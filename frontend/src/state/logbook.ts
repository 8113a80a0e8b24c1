import { type LogText, NO_LOGS, withLines } from "../model/logs";
import type { Client } from "../wire/client";
import type { LogLine } from "../wire/schemas";
import { Store } from "./store";

const NOTHING = new Store<LogText>(NO_LOGS);

/** The logs of runs' blocks as far as they were read or heard. */
export class Logbook {
  readonly #client: Client;
  readonly #project: string;
  readonly #texts = new Map<string, Store<LogText>>();

  constructor(client: Client, project: string) {
    this.#client = client;
    this.#project = project;
  }

  of(run: string | null, block: string): Store<LogText> {
    if (run === null) return NOTHING;
    const key = `${run}/${block}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const made = new Store<LogText>(NO_LOGS);
    this.#texts.set(key, made);
    return made;
  }

  heard(run: string, block: string, lines: readonly LogLine[]): void {
    this.of(run, block).update((text) => withLines(text, lines));
  }

  /** Read a block's log from its beginning, page by page, and put it in. */
  async read(run: string, block: string): Promise<void> {
    const text = this.of(run, block);
    let after = 0;
    for (let page = 0; page < 20; page += 1) {
      const found = await this.#client.logs(this.#project, run, block, after);
      text.update((now) => ({ ...withLines(now, found.lines), dropped: Math.max(now.dropped, found.dropped) }));
      if (found.lines.length === 0 || found.next === after) return;
      after = found.next;
    }
  }
}
