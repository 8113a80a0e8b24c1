import { type Drawing, frameOf, groupItem } from "../../model/drawing";
import { columnCount, duration, plural, shape } from "../../model/format";
import type { graphSvg, Sketch } from "../../model/graph_svg";
import { NODE_HEIGHT, NODE_WIDTH } from "../../model/layout";
import { type BlockFacts, headline } from "../../model/look";
import type { BlockView, PipelineView, Point } from "../../wire/schemas";

interface Shown {
  readonly view: PipelineView;
  readonly drawing: Drawing;
  readonly places: ReadonlyMap<string, Point>;
  readonly facts: ReadonlyMap<string, BlockFacts>;
}

const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };

/** What is in the graph, for a drawing on paper. */
export function sketchOf({ view, drawing, places, facts }: Shown): Parameters<typeof graphSvg>[0] {
  const own = view.blocks.filter(({ id }) => drawing.itemOf.get(id) === id);
  const groups = drawing.collapsed.map(
    (group): Sketch => ({
      id: groupItem(group.id), name: group.title || group.id, kind: "group", isDashed: false,
      state: plural(group.blocks.length, "block"), facts: "",
    }),
  );
  const frames = drawing.expanded.flatMap((group) => {
    const frame = frameOf(group.blocks.flatMap((block) => places.get(block) ?? []), SIZE);
    return frame === null ? [] : [{ ...frame, title: group.title || group.id, color: group.color }];
  });
  return { title: `Pipeline ${view.id}`, items: drawing.items, nodes: [...own.map((block) => sketch(block, facts.get(block.id))), ...groups], frames, places, size: SIZE };
}

function sketch(block: BlockView, facts: BlockFacts | undefined): Sketch {
  const table = facts?.outputs.find((output) => output.kind === "table");
  const words = [table === undefined ? "" : shape(table.rows, columnCount(table.columns)), facts?.tookS == null ? "" : duration(facts.tookS)];
  const status = facts?.look.status;
  return {
    id: block.id,
    name: block.id,
    kind: block.kind,
    state: facts === undefined ? "" : headline(facts.look, 0),
    facts: words.filter((word) => word !== "").join("  "),
    isDashed: status === "stale" || status === "never",
  };
}
