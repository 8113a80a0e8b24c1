import type { ColumnView, Schemas } from "../wire/schemas";

export type Condition = Schemas["TableCondition"];
export type Test = Condition["test"];

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** Which rows of a table are looked at; the wire's `TableFilter` with nothing left out. */
export interface Filter {
  readonly conditions: readonly Condition[];
  readonly expression: string;
  readonly search: string;
}

/** How somebody looks at an output's table: kept for the next time. Columns go by their keys. */
export interface TableLook {
  readonly sort: readonly SortKey[];
  readonly filter: Filter;
  readonly hidden: readonly string[];
  readonly pinned: readonly string[];
  /** The order of columns as they were dragged; those it does not name stand behind. */
  readonly order: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

export const NO_FILTER: Filter = { conditions: [], expression: "", search: "" };
export const PLAIN_LOOK: TableLook = { sort: [], filter: NO_FILTER, hidden: [], pinned: [], order: [], widths: {} };

const MAX_SORT_KEYS = 8;

export function isFiltering(filter: Filter): boolean {
  return filter.conditions.length > 0 || filter.expression !== "" || filter.search !== "";
}

/** What a click on a header does: upwards, then downwards, then as stored. With `isAdding` the others stay. */
export function sortedBy(sort: readonly SortKey[], column: string, isAdding: boolean): readonly SortKey[] {
  const known = sort.find((key) => key.column === column);
  const others = isAdding ? sort.filter((key) => key.column !== column) : [];
  if (known === undefined) return [...others, { column, descending: false }].slice(-MAX_SORT_KEYS);
  if (known.descending) return others;
  const turned = { column, descending: true };
  return isAdding ? sort.map((key) => (key === known ? turned : key)) : [turned];
}

/** Set a column's sorting whatever it was. */
export function sortedTo(sort: readonly SortKey[], column: string, descending: boolean | null): readonly SortKey[] {
  if (descending === null) return sort.filter((key) => key.column !== column);
  return [{ column, descending }];
}

export interface PlacedColumns {
  /** Index levels and what was pinned: they stay while the rest scrolls. */
  readonly pinned: readonly ColumnView[];
  readonly free: readonly ColumnView[];
}

/** The columns to show, in their order. */
export function placedColumns(columns: readonly ColumnView[], look: TableLook): PlacedColumns {
  const hidden = new Set(look.hidden);
  const pinned = new Set(look.pinned);
  const shown = inOrder(columns, look.order).filter((column) => !hidden.has(column.key));
  const stays = (column: ColumnView) => column.is_index || pinned.has(column.key);
  return {
    pinned: [...shown.filter((column) => column.is_index), ...shown.filter((column) => !column.is_index && stays(column))],
    free: shown.filter((column) => !stays(column)),
  };
}

function inOrder(columns: readonly ColumnView[], order: readonly string[]): readonly ColumnView[] {
  if (order.length === 0) return columns;
  const places = new Map(order.map((key, place) => [key, place]));
  const place = (column: ColumnView, index: number) => places.get(column.key) ?? order.length + index;
  return columns
    .map((column, index) => ({ column, at: place(column, index) }))
    .sort((one, other) => one.at - other.at)
    .map(({ column }) => column);
}

/** Move a column before another, or with null behind all. */
export function movedColumn(columns: readonly ColumnView[], look: TableLook, key: string, before: string | null): TableLook {
  const keys = inOrder(columns, look.order).map((column) => column.key).filter((one) => one !== key);
  const at = before === null ? keys.length : keys.indexOf(before);
  return { ...look, order: [...keys.slice(0, at), key, ...keys.slice(at)] };
}

/** Move a column one place to the left or the right among those that are shown. */
export function steppedColumn(columns: readonly ColumnView[], look: TableLook, key: string, by: -1 | 1): TableLook {
  const { pinned, free } = placedColumns(columns, look);
  const row = (pinned.some((column) => column.key === key) ? pinned : free).map((column) => column.key);
  const at = row.indexOf(key);
  const next = at + by;
  if (at < 0 || next < 0 || next >= row.length) return look;
  return movedColumn(columns, look, key, by < 0 ? (row[next] ?? null) : (row[next + 1] ?? followerOf(columns, look, row[next])));
}

function followerOf(columns: readonly ColumnView[], look: TableLook, key: string | undefined): string | null {
  const keys = inOrder(columns, look.order).map((column) => column.key);
  return key === undefined ? null : (keys[keys.indexOf(key) + 1] ?? null);
}

export function toggled(keys: readonly string[], key: string): readonly string[] {
  return keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key];
}

/** Take what names columns that are not there out of a look: the block has changed since. */
export function fittingLook(look: TableLook, columns: readonly ColumnView[]): TableLook {
  const keys = new Set(columns.map((column) => column.key));
  return {
    ...look,
    sort: look.sort.filter((key) => keys.has(key.column)),
    filter: { ...look.filter, conditions: look.filter.conditions.filter((one) => keys.has(one.column)) },
    hidden: look.hidden.filter((key) => keys.has(key)),
  };
}

/** Read a look that was kept as text; whatever does not fit is left out. */
export function readLook(text: string): TableLook {
  const found = parsed(text);
  if (!isRecord(found)) return PLAIN_LOOK;
  const filter = isRecord(found["filter"]) ? found["filter"] : {};
  return {
    sort: list(found["sort"]).filter(isSortKey).slice(0, MAX_SORT_KEYS),
    filter: { conditions: list(filter["conditions"]).filter(isCondition), expression: words(filter["expression"]), search: words(filter["search"]) },
    hidden: list(found["hidden"]).filter(isText),
    pinned: list(found["pinned"]).filter(isText),
    order: list(found["order"]).filter(isText),
    widths: Object.fromEntries(Object.entries(isRecord(found["widths"]) ? found["widths"] : {}).filter(isWidth)),
  };
}

/** Write a look as text; one that says nothing is an empty one. */
export function writtenLook(look: TableLook): string {
  const text = JSON.stringify(look);
  return text === JSON.stringify(PLAIN_LOOK) ? "" : text;
}

function parsed(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text === "" ? "null" : text);
    return found;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isWidth(entry: readonly [string, unknown]): entry is [string, number] {
  return typeof entry[1] === "number" && entry[1] >= 24 && entry[1] <= 4000;
}

function isSortKey(value: unknown): value is SortKey {
  return isRecord(value) && isText(value["column"]) && typeof value["descending"] === "boolean";
}

function isCondition(value: unknown): value is Condition {
  return isRecord(value) && isText(value["column"]) && TEST_NAMES.has(words(value["test"])) && list(value["values"]).every(isText);
}

const TEST_NAMES: ReadonlySet<string> = new Set([
  "eq", "ne", "lt", "le", "gt", "ge", "between", "one_of", "contains", "not_contains", "starts", "ends", "regex", "missing", "present",
]);
