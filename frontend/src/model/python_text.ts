const DATE = /^(?:datetime\.|dt\.)?date\((\d+), ?(\d+), ?(\d+)\)$/;
const DATETIME = /^(?:datetime\.|dt\.)?datetime\((\d+), ?(\d+), ?(\d+)((?:, ?\d+){0,3})\)$/;
const TEXT = /^(?:'([^'\\]*)'|"([^"\\]*)")$/;
const WORDS: Readonly<Record<string, string>> = { True: "true", False: "false", None: "nothing" };

/** Write a default as forms do, and not as Python's source has it: 2024-01-31 for date(2024, 1, 31), all for 'all'. */
export function defaultWord(source: string): string {
  const date = DATE.exec(source);
  if (date !== null) return day(date);
  const moment = DATETIME.exec(source);
  if (moment !== null) return `${day(moment)}T${time(moment[4] ?? "")}`;
  const text = TEXT.exec(source);
  return text === null ? (WORDS[source] ?? source) : (text[1] ?? text[2] ?? "");
}

function day([, year = "", month = "", of = ""]: readonly string[]): string {
  return `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${of.padStart(2, "0")}`;
}

function time(parts: string): string {
  const [hour = "0", minute = "0", second = "0"] = parts.split(",").slice(1).map((part) => part.trim());
  return [hour, minute, second].map((part) => part.padStart(2, "0")).join(":");
}
