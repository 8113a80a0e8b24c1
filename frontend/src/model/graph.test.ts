import { expect, test } from "vitest";
import { components, connectionOf, inOrder, withAncestors } from "./graph";

const block = (id: string, ...upstream: string[]) => ({ id, upstream });
const DELAYS = [block("export", "daily"), block("flights"), block("daily", "joined"), block("joined", "flights", "weather"), block("weather")];

test("cards stand below what feeds them, otherwise as written", () => {
  const order = inOrder(DELAYS).map((one) => one.id);

  expect(order).toEqual(["flights", "weather", "joined", "daily", "export"]);
});

test("blocks of a cycle are still shown, at the end", () => {
  const order = inOrder([block("a", "b"), block("b", "a"), block("c")]).map((one) => one.id);

  expect(order).toEqual(["c", "a", "b"]);
});

test("an edge that would close a cycle is refused while it is dragged", () => {
  const verdicts = [
    connectionOf(DELAYS, "daily", "flights"),
    connectionOf(DELAYS, "flights", "flights"),
    connectionOf(DELAYS, "flights", "joined"),
    connectionOf(DELAYS, "flights", "export"),
  ];

  expect(verdicts).toEqual(["cycle", "itself", "already", "possible"]);
});

test("what a block needs is everything above it", () => {
  expect([...withAncestors(DELAYS, "daily")].sort()).toEqual(["daily", "flights", "joined", "weather"]);
});

test("blocks that hang together are a group, and those that stand alone come last", () => {
  const parts = components([block("alone"), block("a"), block("x", "gone"), block("b", "a"), block("c", "b")]);

  expect(parts.map((part) => part.map(({ id }) => id))).toEqual([["a", "b", "c"], ["alone"], ["x"]]);
});
