import { count } from "./format";

/** One value of a table as it is shown: `text` in the grid, `full` in the viewer and on copying. */
export type Cell =
  | { readonly kind: "pending" }
  | { readonly kind: "null" }
  | { readonly kind: "value"; readonly text: string; readonly full: string };

export const PENDING: Cell = { kind: "pending" };
export const NULL: Cell = { kind: "null" };

const GRID_TEXT_MAX = 300;

export function isNumeric(type: string): boolean {
  return /^(u?int\d|double|float|halffloat|decimal)/.test(type);
}

/** Make a cell of a value's full text: for the grid one line of it, its control signs made visible. */
export function cellOf(full: string): Cell {
  const oneLine = full.length > GRID_TEXT_MAX ? `${full.slice(0, GRID_TEXT_MAX)}…` : full;
  return { kind: "value", text: oneLine.replace(/\r\n|\n|\r/g, " ↵ ").replace(/\t/g, " ⇥ "), full };
}

export function integerCell(value: number | bigint): Cell {
  const full = value.toString();
  const digits = full.replace("-", "");
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009") : digits;
  return { kind: "value", text: full.startsWith("-") ? `−${grouped}` : grouped, full };
}

const GRID_DIGITS = 9;

/** Make a cell of a number: for the grid its first nine digits and never less than its whole part, so that 29.920279999999998 reads 29.92028. */
export function numberCell(value: number): Cell {
  const full = Object.is(value, -0) ? "-0" : String(value);
  const rounded = Math.abs(value) < 10 ** GRID_DIGITS ? Number(value.toPrecision(GRID_DIGITS)) : value;
  const isPlain = Number.isFinite(value) && !String(rounded).includes("e");
  return { kind: "value", text: isPlain ? count(rounded) : String(rounded).replace("-", "−"), full };
}

/** Write a whole number times ten to the minus scale: 12345 with scale 2 is 123.45. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const NS_PER_S = 1_000_000_000n;
const zones = new Map<string, Intl.DateTimeFormat | null>();

/** Write a moment, in ns since the epoch, as a date and time in a zone; with no zone as the wall clock that it is. */
export function timestampText(ns: bigint, zone: string | null): string {
  const fraction = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S;
  const seconds = Number((ns - fraction) / NS_PER_S);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${ns} ns since 1970`;
  const digits = fraction === 0n ? "" : `.${fraction.toString().padStart(9, "0").replace(/(0{3})+$/, "")}`;
  const format = zone === null ? null : zoneFormat(zone);
  if (zone === null || format === null) return `${isoDay(date)} ${date.toISOString().slice(-13, -5)}${digits}${zone === null ? "" : "Z"}`;
  const parts = new Map(format.formatToParts(date).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}${digits}${offset}`;
}

function zoneFormat(zone: string): Intl.DateTimeFormat | null {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = makeZoneFormat(zone);
  zones.set(zone, made);
  return made;
}

function makeZoneFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    });
  } catch {
    return null;
  }
}

/** Write a date's day as ISO 8601 has it. */
export function isoDay(date: Date): string {
  return Number.isNaN(date.getTime()) ? "invalid date" : date.toISOString().slice(0, -14);
}

/** Write a time of day, in ns since midnight. */
export function timeText(ns: bigint): string {
  const seconds = ns / NS_PER_S;
  const fraction = ns % NS_PER_S;
  const two = (value: bigint) => value.toString().padStart(2, "0");
  const digits = fraction === 0n ? "" : `.${fraction.toString().padStart(9, "0").replace(/(0{3})+$/, "")}`;
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${digits}`;
}

/** Write a length of time, in ns: 1 day 02:03:04. */
export function spanText(ns: bigint): string {
  const length = ns < 0n ? -ns : ns;
  const days = length / (86_400n * NS_PER_S);
  const rest = timeText(length % (86_400n * NS_PER_S));
  return `${ns < 0n ? "-" : ""}${days === 0n ? "" : `${days} ${days === 1n ? "day" : "days"} `}${rest}`;
}

const NS_PER_UNIT = new Map([
  ["s", NS_PER_S],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["ns", 1n],
]);

/** Read a cell as its column's type asks for, where it travelled as text: a length of time as its whole number of units. */
export function typedCell(type: string, cell: Cell): Cell {
  const unit = NS_PER_UNIT.get(/^duration\[(\w+)\]/.exec(type)?.[1] ?? "");
  if (unit === undefined || cell.kind !== "value" || !/^-?\d+$/.test(cell.full)) return cell;
  return cellOf(spanText(BigInt(cell.full) * unit));
}

/** Write bytes in hexadecimal, all of them up to a bound. */
export function bytesText(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 4096)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > 4096 ? `${shown} … ${count(bytes.length)} bytes` : shown;
}

/** How wide a column begins, in pixels, for its name and type. */
export function columnWidth(name: string, type: string): number {
  const byName = 34 + 7.4 * Math.min(name.length, 28);
  const byType = 24 + 6.4 * Math.min(type.length, 28);
  return Math.round(Math.max(byName, byType, typicalWidth(type)));
}

function typicalWidth(type: string): number {
  if (/^timestamp/.test(type)) return /tz=/.test(type) ? 216 : 168;
  if (/^(string|large_string|utf8|large_utf8|dictionary)/.test(type)) return 148;
  if (/^(list|large_list|struct|map|fixed_size_list)/.test(type)) return 220;
  return isNumeric(type) ? 96 : 104;
}
