import { expect, it } from "vitest";
import { changeMarks, removedWords } from "./commit_changes";

it("says of each block how it differs from the last commit", () => {
  const changes = [
    { block: "load", change: "changed" as const, what: ["params", "code"] },
    { block: "more", change: "added" as const, what: [] },
    { block: "old", change: "removed" as const, what: [] },
  ];

  expect(changeMarks(changes).get("load")?.words).toBe("Changed since the last commit: params, code");
  expect(changeMarks(changes).get("more")?.words).toBe("New since the last commit");
  expect(removedWords(changes)).toBe("Removed since the last commit: old");
  expect(removedWords([])).toBe("");
});
