import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clearTroubles, notices, tell, tellFailure } from "./notices";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const texts = () => notices.get().map((notice) => notice.text);

test("a trouble that is over is not told any longer, and what was no trouble stays", () => {
  tellFailure("The run did not start", new Error("no disk"));
  tellFailure("That edit was not made", new Error("a cycle"));
  tell("Undone: connect");

  clearTroubles("That edit was not made");
  expect(texts()).toEqual(["The run did not start: no disk", "Undone: connect"]);

  clearTroubles();
  expect(texts()).toEqual(["Undone: connect"]);
});
