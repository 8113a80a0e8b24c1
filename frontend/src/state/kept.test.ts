import { expect, test } from "vitest";
import { Kept } from "./kept";

function memory(fails = false) {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, value: string) => {
      if (fails) throw new Error("full");
      texts.set(name, value);
    },
    removeItem: (name: string) => void texts.delete(name),
  };
}

test("the texts that were not touched for longest make room", () => {
  const kept = new Kept("k", { most: 2, longest: 10, shelf: () => shelf });
  const shelf = memory();
  kept.put("a", "1");
  kept.put("b", "2");
  kept.put("a", "3");
  kept.put("c", "4");

  expect(["a", "b", "c"].map((name) => kept.get(name))).toEqual(["3", null, "4"]);
});

test("a text that is too long is not kept, and what was kept of it before is forgotten", () => {
  const shelf = memory();
  const kept = new Kept("k", { most: 2, longest: 3, shelf: () => shelf });
  kept.put("a", "123");

  expect(kept.put("a", "1234")).toBe(false);
  expect(kept.get("a")).toBeNull();
});

test("a browser that keeps nothing is no reason to fail", () => {
  const full = memory(true);
  const kept = new Kept("k", { most: 2, longest: 3, shelf: () => full });

  expect(kept.put("a", "1")).toBe(false);
  expect(kept.get("a")).toBeNull();
});
