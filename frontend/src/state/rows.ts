import { type Cell, PENDING, typedCell } from "../model/cells";
import type { Filter, SortKey } from "../model/look_of_table";
import { pagesOf, type Span } from "../model/window";
import type { Client } from "../wire/client";
import type { ColumnView, OutputView } from "../wire/schemas";
import type { ArrowPage } from "./arrow";
import { wordsOf } from "./notices";
import { Store } from "./store";

const PAGE_ROWS = 256;
const PAGE_COLUMNS = 64;
const MAX_PAGES = 120;
const SETTLE_MS = 60;
const BULK_ROWS = 5000;

/** Which rows and columns of a stored table are looked at, and in which order. */
export interface RowsView {
  readonly filter: Filter;
  readonly sort: readonly SortKey[];
  readonly columns: readonly ColumnView[];
}

interface Wanted {
  readonly key: string;
  readonly row: number;
  readonly column: number;
}

/** The whole of a view of a stored table, fetched window by window as it is looked at. */
export class RowSource {
  /** Counts up when cells came. */
  readonly version = new Store(0);
  readonly problem = new Store<string | null>(null);
  /** How many rows the view has; null until it is known. */
  readonly total: Store<number | null>;
  readonly view: RowsView;
  readonly #client: Client;
  readonly #project: string;
  readonly #output: OutputView;
  readonly #pages = new Map<string, ArrowPage>();
  readonly #asked = new Map<string, AbortController>();
  #wanted: readonly Wanted[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, project: string, output: OutputView, view: RowsView, total: number | null) {
    this.#client = client;
    this.#project = project;
    this.#output = output;
    this.view = view;
    this.total = new Store(total);
  }

  cell(row: number, column: number): Cell {
    const page = this.#pages.get(keyOf(Math.floor(row / PAGE_ROWS), Math.floor(column / PAGE_COLUMNS)));
    const found = page?.cell(row % PAGE_ROWS, column % PAGE_COLUMNS) ?? PENDING;
    return typedCell(this.view.columns[column]?.type ?? "", found);
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

  /** Fetch a part of the view, however large, piece by piece; cells come as their whole text, nulls as null. */
  async read(rows: Span, columns: Span): Promise<readonly (readonly (string | null)[])[]> {
    const { ArrowPage } = await import("./arrow");
    const read: (string | null)[][] = [];
    for (let first = rows.first; first < rows.end; first += BULK_ROWS) {
      const limit = Math.min(BULK_ROWS, rows.end - first);
      const lines = Array.from({ length: limit }, (): (string | null)[] => []);
      for (let left = columns.first; left < columns.end; left += PAGE_COLUMNS) {
        const part = { first: left, end: Math.min(columns.end, left + PAGE_COLUMNS) };
        const page = new ArrowPage(await this.#bytes(first, limit, part, undefined));
        lines.forEach((line, row) => {
          for (let column = part.first; column < part.end; column += 1) line.push(wholeText(page.cell(row, column - part.first), this.view.columns[column]?.type));
        });
      }
      read.push(...lines);
    }
    return read;
  }

  /** Fetch one cell, all of it. */
  async page(row: number, column: number): Promise<ArrowPage> {
    const { ArrowPage } = await import("./arrow");
    return new ArrowPage(await this.#bytes(row, 1, { first: column, end: column + 1 }, undefined));
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
      const start = page.column * PAGE_COLUMNS;
      const span = { first: start, end: Math.min(this.view.columns.length, start + PAGE_COLUMNS) };
      const [arrow, bytes] = await Promise.all([import("./arrow"), this.#bytes(page.row * PAGE_ROWS, PAGE_ROWS, span, aborting.signal)]);
      this.#keep(page.key, new arrow.ArrowPage(bytes));
      this.problem.set(null);
    } catch (failed) {
      if (!aborting.signal.aborted) this.problem.set(wordsOf(failed));
    } finally {
      if (this.#asked.get(page.key) === aborting) this.#asked.delete(page.key);
    }
  }

  #bytes(offset: number, limit: number, span: Span, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { columns, filter, sort } = this.view;
    const isAll = columns === this.#output.columns && columns.length <= PAGE_COLUMNS && span.end - span.first === columns.length;
    const keys = isAll ? [] : columns.slice(span.first, span.end).map((column) => column.key);
    return this.#client.rows(this.#project, this.#output.hash, { offset, limit, columns: keys, sort, filter }, signal);
  }

  #keep(key: string, page: ArrowPage): void {
    const isWanted = (one: string) => this.#wanted.some((wanted) => wanted.key === one);
    const oldest = [...this.#pages.keys()].find((one) => !isWanted(one));
    if (this.#pages.size >= MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(key, page);
    if (page.total !== null) this.total.set(page.total);
    this.version.update((version) => version + 1);
  }
}

function wholeText(cell: Cell, type: string | undefined): string | null {
  const typed = typedCell(type ?? "", cell);
  return typed.kind === "value" ? typed.full : null;
}

function keyOf(row: number, column: number): string {
  return `${row}/${column}`;
}
