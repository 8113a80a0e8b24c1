import type { LogLine } from "../wire/schemas";
import { plainText } from "./logs";

export type LogLevel = "error" | "warning" | "info" | "debug" | "plain";
/** Which lines are shown: all, or those at least so grave. */
export type LogChoice = "all" | "warning" | "error";

export const LOG_CHOICES: readonly { readonly id: LogChoice; readonly name: string }[] = [
  { id: "all", name: "All" },
  { id: "warning", name: "Warnings" },
  { id: "error", name: "Errors" },
];

const NAMED = /^(?:\[?[\d:.,TZ+\-/]+\]?\s+){0,3}\W?(CRITICAL|FATAL|ERROR|WARNING|WARN|INFO|DEBUG)\b/;
const LEVELS: Readonly<Record<string, LogLevel>> = {
  CRITICAL: "error",
  FATAL: "error",
  ERROR: "error",
  WARNING: "warning",
  WARN: "warning",
  INFO: "info",
  DEBUG: "debug",
};
const RAISED = /^Traceback \(most recent call last\)|^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?::|$)/;
const WARNED = /^(?:\S+:\d+: )?(?:[A-Za-z_]\w*\.)*[A-Z]\w*Warning:/;

/** How grave a line says it is: by the level that logging writes before it, or as Python writes errors and warnings. */
export function levelOf(line: LogLine): LogLevel {
  const text = plainText(line.text);
  const named = NAMED.exec(text)?.[1];
  if (named !== undefined) return LEVELS[named] ?? "plain";
  if (RAISED.test(text)) return "error";
  return WARNED.test(text) ? "warning" : "plain";
}

export function isChosen(line: LogLine, choice: LogChoice): boolean {
  if (choice === "all") return true;
  const level = levelOf(line);
  return level === "error" || (choice === "warning" && level === "warning");
}

/** Write lines as a file has them: the moment in UTC, the stream, the text. */
export function logFileText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${new Date(line.at * 1000).toISOString()} ${line.stream} ${plainText(line.text)}\n`).join("");
}
