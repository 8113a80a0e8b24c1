const THIN_SPACE = "\u2009";
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** Write a whole number with thin separators: 27 004. */
export function count(value: number): string {
  const [whole = "", fraction] = String(Math.abs(value)).split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE) : whole;
  return `${value < 0 ? "−" : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Write a length of time, in seconds, as short as still tells: 12 ms, 1.4 s, 2 m 05 s, 3 h 10 m. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)} m ${String(whole % MINUTE_S).padStart(2, "0")} s`;
  return `${Math.floor(whole / HOUR_S)} h ${String(Math.floor((whole % HOUR_S) / MINUTE_S)).padStart(2, "0")} m`;
}

const SIZE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Write a size, in bytes, in decimal units: 4.2 MB. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(SIZE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? scaled.toFixed(0) : scaled.toFixed(1)} ${SIZE_UNITS[power] ?? "B"}`;
}

/** Say how long ago a moment was; both in seconds since the epoch. */
export function ago(then: number, now: number): string {
  const passed = Math.max(0, now - then);
  if (passed < 45) return "just now";
  if (passed < 45 * MINUTE_S) return `${Math.max(1, Math.round(passed / MINUTE_S))} min ago`;
  if (passed < 22 * HOUR_S) return `${Math.max(1, Math.round(passed / HOUR_S))} h ago`;
  if (passed < 45 * DAY_S) return plural(Math.max(1, Math.round(passed / DAY_S)), "day") + " ago";
  return localMoment(new Date(then * 1000)).slice(0, 10);
}

/** Write a moment, in seconds since the epoch, in the user's zone, and in UTC for the tooltip. */
export function moment(then: number): { readonly local: string; readonly utc: string } {
  const date = new Date(then * 1000);
  return { local: localMoment(date), utc: date.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC") };
}

/** The one form of a moment, whatever the browser's language: 2026-11-23 14:02:11. */
function localMoment(date: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Write a moment's time of day in the user's zone, to the millisecond. */
export function clock(then: number): string {
  const date = new Date(then * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** How many columns a table has, the levels of its index not counted. */
export function columnCount(columns: readonly { readonly is_index: boolean }[]): number {
  return columns.filter((column) => !column.is_index).length;
}

export function shape(rows: number | null, columns: number): string {
  return rows === null ? "" : `${count(rows)} × ${count(columns)}`;
}
