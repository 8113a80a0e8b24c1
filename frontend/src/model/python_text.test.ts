import { expect, test } from "vitest";
import { defaultWord } from "./python_text";

test.each([
  ["date(2024, 1, 31)", "2024-01-31"],
  ["datetime.date(2024, 1, 31)", "2024-01-31"],
  ["datetime(2024, 1, 31, 6, 30)", "2024-01-31T06:30:00"],
  ["dt.datetime(2024, 1, 31)", "2024-01-31T00:00:00"],
  ["'all'", "all"],
  ["None", "nothing"],
  ["True", "true"],
  ["0.5", "0.5"],
  ["now() - DAY", "now() - DAY"],
  ["'it\\'s'", "'it\\'s'"],
])("a default that is written %s is shown as %s", (source, shown) => {
  expect(defaultWord(source)).toBe(shown);
});
