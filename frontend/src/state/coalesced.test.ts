import { afterEach, expect, test, vi } from "vitest";
import { coalesced } from "./coalesced";

afterEach(() => vi.useRealTimers());

test("what is asked many times while it is being done is done once more, and no oftener", async () => {
  vi.useFakeTimers();
  let done = 0;
  const ask = coalesced(() => {
    done += 1;
    return Promise.resolve();
  }, 100);

  ask();
  ask();
  ask();
  const atOnce = done;
  await vi.advanceTimersByTimeAsync(1000);

  expect([atOnce, done]).toEqual([1, 2]);
});

test("what is asked after it was done is done at once", async () => {
  vi.useFakeTimers();
  let done = 0;
  const ask = coalesced(() => {
    done += 1;
    return Promise.resolve();
  }, 100);

  ask();
  await vi.advanceTimersByTimeAsync(1000);
  ask();

  expect(done).toBe(2);
});
