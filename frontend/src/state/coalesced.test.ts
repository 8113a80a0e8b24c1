import { expect, test } from "vitest";
import { coalesced } from "./coalesced";

test("what is asked many times while it is being done is done once more, and no oftener", async () => {
  const ends: (() => void)[] = [];
  const ask = coalesced(() => new Promise((end) => ends.push(end)));

  ask();
  ask();
  ask();
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();

  expect(ends).toHaveLength(2);
});
