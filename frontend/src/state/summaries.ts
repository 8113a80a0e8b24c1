import type { ColumnSummary } from "../model/summary_words";
import type { Client } from "../wire/client";
import { wordsOf } from "./notices";
import { Store } from "./store";

const AT_ONCE = 6;
const KEPT_SOURCES = 30;

/** What the columns of one stored table hold, asked for as they are looked at, a few at a time. */
export class SummarySource {
  /** Counts up when summaries came. */
  readonly version = new Store(0);
  readonly problem = new Store<string | null>(null);
  readonly #found = new Map<string, ColumnSummary>();
  readonly #ask: (keys: readonly string[]) => Promise<readonly ColumnSummary[]>;
  #wanted: readonly string[] = [];
  #isAsking = false;

  constructor(ask: (keys: readonly string[]) => Promise<readonly ColumnSummary[]>) {
    this.#ask = ask;
  }

  of(key: string): ColumnSummary | null {
    return this.#found.get(key) ?? null;
  }

  /** Fetch what is looked at now, before what was wanted earlier. */
  want(keys: readonly string[]): void {
    this.#wanted = keys.filter((key) => !this.#found.has(key));
    if (!this.#isAsking && this.problem.get() === null) void this.#fetch();
  }

  retry(): void {
    this.problem.set(null);
    if (!this.#isAsking) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.#wanted.length > 0) {
        const asked = this.#wanted.slice(0, AT_ONCE);
        for (const one of await this.#ask(asked)) this.#found.set(one.column, one);
        this.#wanted = this.#wanted.filter((key) => !asked.includes(key));
        this.version.update((version) => version + 1);
      }
    } catch (failed) {
      this.problem.set(wordsOf(failed));
    } finally {
      this.#isAsking = false;
    }
  }
}

const sources = new Map<string, SummarySource>();

/** The summaries of an output, the same ones for its grid and its profile: outputs never change. */
export function summariesOf(client: Client, project: string, hash: string): SummarySource {
  const name = `${project}/${hash}`;
  const known = sources.get(name);
  if (known !== undefined) return known;
  const made = new SummarySource(async (keys) => (await client.summary(project, hash, keys)).columns);
  sources.set(name, made);
  const oldest = sources.keys().next().value;
  if (sources.size > KEPT_SOURCES && oldest !== undefined) sources.delete(oldest);
  return made;
}
