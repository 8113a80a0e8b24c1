import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Rested } from "./rested";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a held key is one sum, acted on once it rests", () => {
  const acted: number[] = [];
  const rested = new Rested<number>(200);
  const press = () => rested.add((before) => (before ?? 0) + 20, (sum) => acted.push(sum));

  for (let times = 0; times < 5; times += 1) {
    press();
    vi.advanceTimersByTime(100);
  }
  expect(acted).toEqual([]);
  vi.advanceTimersByTime(200);
  press();
  rested.flush();
  vi.advanceTimersByTime(1000);

  expect(acted).toEqual([100, 20]);
});
