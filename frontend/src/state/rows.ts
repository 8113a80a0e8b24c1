import { type Cell, PENDING, typedCell } from "../model/cells";
import type { Sort } from "../model/sort";
import { pagesOf, type Span } from "../model/window";
import type { Client } from "../wire/client";
import type { OutputView } from "../wire/schemas";
import type { ArrowPage } from "./arrow";
import { wordsOf } from "./notices";
import { Store } from "./store";

const PAGE_ROWS = 256;
const PAGE_COLUMNS = 64;
const MAX_PAGES = 120;
const SETTLE_MS = 60;

interface Wanted {
  readonly key: string;
  readonly row: number;
  readonly column: number;
}

/** The whole of a stored table, fetched window by window as it is looked at. */
export class RowSource {
  /** Counts up when cells came. */
  readonly version = new Store(0);
  readonly problem = new Store<string | null>(null);
  readonly #client: Client;
  readonly #project: string;
  readonly #output: OutputView;
  readonly #sort: Sort | null;
  readonly #pages = new Map<string, ArrowPage>();
  readonly #asked = new Map<string, AbortController>();
  #wanted: readonly Wanted[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, project: string, output: OutputView, sort: Sort | null) {
    this.#client = client;
    this.#project = project;
    this.#output = output;
    this.#sort = sort;
  }

  cell(row: number, column: number): Cell {
    const page = this.#pages.get(keyOf(Math.floor(row / PAGE_ROWS), Math.floor(column / PAGE_COLUMNS)));
    const found = page?.cell(row % PAGE_ROWS, column % PAGE_COLUMNS) ?? PENDING;
    return typedCell(this.#output.columns[column]?.type ?? "", found);
  }

  /** Fetch what is looked at and not there yet; what is no longer looked at is given up. */
  want(rows: Span, columns: Span): void {
    this.#wanted = pagesOf(rows, PAGE_ROWS).flatMap((row) =>
      pagesOf(columns, PAGE_COLUMNS).map((column) => ({ key: keyOf(row, column), row, column })),
    );
    const missing = this.#wanted.filter(({ key }) => !this.#pages.has(key) && !this.#asked.has(key));
    if (missing.length === 0) return;
    clearTimeout(this.#timer);
    if (this.#asked.size === 0) this.#fetchWanted();
    else this.#timer = setTimeout(() => this.#fetchWanted(), SETTLE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const asked of this.#asked.values()) asked.abort();
    this.#asked.clear();
  }

  retry(): void {
    this.problem.set(null);
    this.#fetchWanted();
  }

  #fetchWanted(): void {
    const wanted = new Set(this.#wanted.map(({ key }) => key));
    for (const [key, asked] of this.#asked) {
      if (wanted.has(key)) continue;
      asked.abort();
      this.#asked.delete(key);
    }
    for (const page of this.#wanted) {
      if (!this.#pages.has(page.key) && !this.#asked.has(page.key)) void this.#fetch(page);
    }
  }

  async #fetch(page: Wanted): Promise<void> {
    const aborting = new AbortController();
    this.#asked.set(page.key, aborting);
    try {
      const [arrow, bytes] = await Promise.all([import("./arrow"), this.#bytes(page, aborting.signal)]);
      this.#keep(page.key, new arrow.ArrowPage(bytes));
      this.problem.set(null);
    } catch (failed) {
      if (!aborting.signal.aborted) this.problem.set(wordsOf(failed));
    } finally {
      if (this.#asked.get(page.key) === aborting) this.#asked.delete(page.key);
    }
  }

  #bytes(page: Wanted, signal: AbortSignal): Promise<Uint8Array> {
    const start = page.column * PAGE_COLUMNS;
    const columns = this.#output.columns.slice(start, start + PAGE_COLUMNS).map((column) => column.name);
    const asked = {
      offset: page.row * PAGE_ROWS,
      limit: PAGE_ROWS,
      columns: this.#output.columns.length > PAGE_COLUMNS ? columns : [],
      sort: this.#sort,
    };
    return this.#client.rows(this.#project, this.#output.hash, asked, signal);
  }

  #keep(key: string, page: ArrowPage): void {
    const isWanted = (one: string) => this.#wanted.some((wanted) => wanted.key === one);
    const oldest = [...this.#pages.keys()].find((one) => !isWanted(one));
    if (this.#pages.size >= MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(key, page);
    this.version.update((version) => version + 1);
  }
}

function keyOf(row: number, column: number): string {
  return `${row}/${column}`;
}
