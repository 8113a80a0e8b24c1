import { DataType, type Float, Precision, type Table, tableFromIPC, TimeUnit, type Vector } from "apache-arrow";
import {
  bytesText,
  type Cell,
  cellOf,
  decimalText,
  integerCell,
  isoDay,
  NULL,
  numberCell,
  PENDING,
  spanText,
  timestampText,
  timeText,
} from "../model/cells";

/** A window of a table, opened; cells are made when they are asked for. */
export class ArrowPage {
  readonly #table: Table;
  readonly rowCount: number;
  /** How many rows the whole view has, where the page says so. */
  readonly total: number | null;
  /** Whether long cells were cut in it. */
  readonly isCut: boolean;

  constructor(bytes: Uint8Array) {
    this.#table = tableFromIPC(bytes);
    this.rowCount = this.#table.numRows;
    const notes = this.#table.schema.metadata;
    const total = notes.get("flowstone-total-rows");
    this.total = total === undefined ? null : Number(total);
    this.isCut = (notes.get("flowstone-cut") ?? "[]") !== "[]";
  }

  /** What a cell holds: bytes as they are, lists and structs as JSON can say them, the rest as null. */
  content(row: number, column: number): { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "tree"; readonly value: unknown } | null {
    const vector: Vector | null = this.#table.getChildAt(column);
    const value: unknown = vector?.get(row);
    const type: unknown = vector?.type;
    if (value instanceof Uint8Array) return { kind: "bytes", bytes: value };
    const isNested = isDataType(type) && (DataType.isList(type) || DataType.isStruct(type) || DataType.isMap(type) || DataType.isFixedSizeList(type));
    return isNested && value !== null && value !== undefined ? { kind: "tree", value: plain(value) } : null;
  }

  cell(row: number, column: number): Cell {
    const vector: Vector | null = this.#table.getChildAt(column);
    if (vector === null || row >= this.rowCount) return PENDING;
    const value: unknown = vector.get(row);
    const type: unknown = vector.type;
    if (!isDataType(type)) return PENDING;
    return value === null || value === undefined ? NULL : cellOfValue(type, value, () => rawInteger(vector, row));
  }
}

function isDataType(value: unknown): value is DataType {
  return value instanceof DataType;
}

type Raw = () => bigint | null;

function cellOfValue(type: DataType, value: unknown, raw: Raw): Cell {
  if (typeof value === "bigint") return DataType.isInt(type) ? integerCell(value) : cellOf(textOf(type, value, raw));
  if (typeof value === "number" && DataType.isInt(type)) return integerCell(value);
  if (typeof value === "number" && DataType.isFloat(type)) return numberCell(isSinglePrecision(type) ? shortest(value) : value);
  return cellOf(textOf(type, value, raw));
}

function isSinglePrecision(type: Float): boolean {
  return type.precision === Precision.SINGLE;
}

/** The shortest number that is the same in 32 bits. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8, 9]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const NS: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};

function textOf(type: DataType, value: unknown, raw: Raw): string {
  if (DataType.isTimestamp(type)) return timestampText(nsOf(raw, type.unit, value), type.timezone ?? null);
  if (DataType.isDate(type)) return isoDay(new Date(Number(value)));
  if (DataType.isTime(type)) return timeText(nsOf(raw, type.unit, value));
  if (DataType.isDuration(type)) return spanText(nsOf(raw, type.unit, value));
  if (DataType.isDecimal(type)) return decimalText(wholeOf(value), type.scale);
  if (DataType.isDictionary(type)) return dictionaryText(type.dictionary, value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === "string") return value;
  return JSON.stringify(plain(value));
}

function dictionaryText(type: unknown, value: unknown): string {
  return isDataType(type) ? textOf(type, value, () => null) : String(value);
}

function nsOf(raw: Raw, unit: TimeUnit, value: unknown): bigint {
  const exact = raw();
  if (exact !== null) return exact * NS[unit];
  return typeof value === "bigint" ? value * NS[unit] : BigInt(Math.round(Number(value) * 1000)) * 1000n;
}

/** The whole number that is stored, where reading it as a date would lose digits. */
function rawInteger(vector: Vector, row: number): bigint | null {
  let at = row;
  for (const chunk of vector.data) {
    if (at < chunk.length) return integerIn(chunk.values, at);
    at -= chunk.length;
  }
  return null;
}

function integerIn(values: unknown, at: number): bigint | null {
  if (values instanceof BigInt64Array) return values[at] ?? null;
  if (!(values instanceof Int32Array)) return null;
  const found = values[at];
  return found === undefined ? null : BigInt(found);
}

function wholeOf(value: unknown): bigint {
  if (!(value instanceof Uint32Array)) return 0n;
  const unsigned = value.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return BigInt.asIntN(32 * value.length, unsigned);
}

/** Turn Arrow's lists, structs and maps into what JSON can say. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return bytesText(value);
  if (ArrayBuffer.isView(value) && "length" in value) return Array.from(Object.values(value), plain);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if ("toArray" in value && Symbol.iterator in value) return [...iterable(value)].map(plain);
  return Object.fromEntries(Object.entries(asObject(value)).map(([name, one]) => [name, plain(one)]));
}

/** A struct's or a map's fields as an object of its own. */
function asObject(value: object): object {
  return "toJSON" in value && isMethod(value.toJSON) ? value.toJSON() : value;
}

function isMethod(value: unknown): value is () => object {
  return typeof value === "function";
}

function iterable(value: object): Iterable<unknown> {
  return isIterable(value) ? value : [];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
