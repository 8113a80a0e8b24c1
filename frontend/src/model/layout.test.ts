import { expect, test } from "vitest";
import { NODE_HEIGHT, NODE_WIDTH, placed } from "./layout";

const block = (id: string, ...upstream: string[]) => ({ id, upstream });

test("blocks lie below their upstreams and do not cover each other", () => {
  const blocks = [block("flights"), block("weather"), block("airlines"), block("joined", "flights", "weather", "airlines"), block("daily", "joined")];

  const places = [...placed(blocks)].map(([id, point]) => ({ id, ...point }));

  const y = (id: string) => places.find((place) => place.id === id)?.y ?? 0;
  expect(y("joined")).toBeGreaterThanOrEqual(y("flights") + NODE_HEIGHT);
  expect(y("daily")).toBeGreaterThanOrEqual(y("joined") + NODE_HEIGHT);
  for (const one of places) {
    const over = places.filter((other) => other.id !== one.id && Math.abs(one.x - other.x) < NODE_WIDTH && Math.abs(one.y - other.y) < NODE_HEIGHT);
    expect(over).toEqual([]);
  }
});

test("blocks that read nothing stand from left to right as they were written", () => {
  const blocks = [block("flights"), block("weather"), block("airlines"), block("joined", "flights", "weather", "airlines")];

  const points = placed(blocks);

  const xs = ["flights", "weather", "airlines"].map((id) => points.get(id)?.x ?? 0);
  expect(xs).toEqual([...xs].sort((one, other) => one - other));
});
