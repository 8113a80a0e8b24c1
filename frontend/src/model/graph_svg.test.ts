import { expect, test } from "vitest";
import { graphSvg } from "./graph_svg";

const NODE = { id: "a", name: "a_block_of_which_the_name_is_long", kind: "loader", state: "Fresh", facts: "3 × 2", isDashed: false } as const;

test("the drawing is whole, with the names of all blocks and nothing that could run", () => {
  const svg = graphSvg({
    title: "<script>alert(1)</script>",
    items: [{ id: "a", upstream: [] }, { id: "b", upstream: ["a"] }],
    nodes: [NODE, { ...NODE, id: "b", name: 'b & "c"', isDashed: true }],
    frames: [{ x: -10, y: -30, width: 300, height: 200, title: "Raw", color: "blue" }],
    places: new Map([["a", { x: 0, y: 0 }], ["b", { x: 0, y: 100 }]]),
    size: { width: 192, height: 76 },
  });

  expect(svg).toContain("&lt;script&gt;");
  expect(svg).not.toContain("<script>");
  expect(svg).toContain("a_block_of_which_the_n".slice(0, 21) + "…");
  expect(svg).toContain("b &amp; &quot;c&quot;");
  expect(svg).toContain("M96 76C96 88 96 88 96 100");
  expect(svg).toContain('viewBox="-34 -54 348 254"');
});
