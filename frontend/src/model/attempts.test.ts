import { expect, test } from "vitest";
import { attemptsWord, earlierAttempts } from "./attempts";
import { aPart } from "./run_samples";

const failure = (message: string) => ({ code: "x", message, hint: "", exception: "OSError", frames: [] });
const attempt = (number: number, message: string | null) => ({
  attempt: number, state: message === null ? ("unknown" as const) : ("failed" as const), started_at: 1, ended_at: 2,
  failure: message === null ? null : failure(message), because: "",
});

test("attempts that failed alike are told once", () => {
  const part = aPart({ earlier: [attempt(1, "gone"), attempt(2, "gone"), attempt(3, "late")] });

  expect(earlierAttempts(part).map((one) => [attemptsWord(one), one.why])).toEqual([
    ["Attempts 1 to 2", "OSError: gone"],
    ["Attempt 3", "OSError: late"],
  ]);
});

test("an attempt whose process was killed says so", () => {
  const [killed] = earlierAttempts(aPart({ earlier: [attempt(1, null)] }));

  expect(killed?.why).toContain("The process that ran it ended.");
});
