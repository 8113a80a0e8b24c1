import type { BlockView, ColumnView, PipelineStatus } from "../wire/schemas";
import { factsOf } from "./look";

/** A table that code can name, and what its newest output has. */
export interface KnownTable {
  /** What the code calls it. */
  readonly name: string;
  /** The block that made it. */
  readonly block: string;
  readonly columns: readonly ColumnView[];
}

/** The tables that a Python block's arguments are. An upstream with several outputs is one argument with all their columns. */
export function argumentTables(block: BlockView, status: PipelineStatus | null): readonly KnownTable[] {
  return block.inputs.flatMap(({ parameter, upstream }) => {
    if (upstream === null) return [];
    const columns = tablesOf(upstream, status).flatMap((output) => output.columns);
    return [{ name: parameter, block: upstream, columns: distinct(columns) }];
  });
}

/** The tables that a SQL block can name: the upstreams, and of one with several outputs each as `upstream_output`. */
export function sqlTables(block: BlockView, status: PipelineStatus | null): readonly KnownTable[] {
  return block.upstream.flatMap((upstream) => {
    const outputs = tablesOf(upstream, status);
    const isAlone = outputs.length <= 1;
    if (outputs.length === 0) return [{ name: upstream, block: upstream, columns: [] }];
    return outputs.map(({ name, columns }) => ({ name: isAlone ? upstream : `${upstream}_${name}`, block: upstream, columns }));
  });
}

function tablesOf(block: string, status: PipelineStatus | null) {
  return factsOf(status, block).outputs.filter((output) => output.kind === "table");
}

/** Each name once, as it first comes. */
function distinct(columns: readonly ColumnView[]): readonly ColumnView[] {
  const known = new Map<string, ColumnView>();
  for (const column of columns) if (!known.has(column.name)) known.set(column.name, column);
  return [...known.values()];
}
