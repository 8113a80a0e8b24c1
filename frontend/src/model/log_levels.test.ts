import { expect, test } from "vitest";
import type { LogLine } from "../wire/schemas";
import { isChosen, levelOf, logFileText } from "./log_levels";

const line = (text: string): LogLine => ({ seq: 1, at: 0, stream: "stderr", text });

test.each([
  ["WARNING late data", "warning"],
  ["ERROR no such table", "error"],
  ["2026-11-22 10:00:01,123 ERROR gone", "error"],
  ["[INFO] read 3 files", "info"],
  ["\u001b[31mCRITICAL\u001b[0m down", "error"],
  ["Traceback (most recent call last):", "error"],
  ["requests.exceptions.ConnectionError: no route", "error"],
  ["block.py:4: FutureWarning: soon gone", "warning"],
  ["KeyboardInterrupt", "plain"],
  ["no ERROR here, only a word", "plain"],
])("the line %s is of the level %s", (text, level) => {
  expect(levelOf(line(text))).toBe(level);
});

test("whoever asks for warnings sees errors, too, and not the other way round", () => {
  const lines = ["INFO a", "WARNING b", "ERROR c"].map(line);

  expect(lines.filter((one) => isChosen(one, "warning")).length).toBe(2);
  expect(lines.filter((one) => isChosen(one, "error")).length).toBe(1);
  expect(lines.filter((one) => isChosen(one, "all")).length).toBe(3);
});

test("a log's file says when and where from, without a terminal's colours", () => {
  expect(logFileText([line("\u001b[1mhello")])).toBe("1970-01-01T00:00:00.000Z stderr hello\n");
});
