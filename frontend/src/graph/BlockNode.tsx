import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Fragment } from "react";
import { columnCount, duration, shape } from "../model/format";
import { effectBadge } from "../model/effect";
import type { BlockFacts } from "../model/look";
import { tookTitle } from "../model/look";
import { Icon } from "../ui/Icon";
import { KindMark } from "../ui/Kind";
import { StateMark } from "../ui/StateMark";
import type { BlockView } from "../wire/schemas";
import { ChangeMark } from "./ChangeMark";

export type BlockNodeType = Node<{ readonly block: BlockView; readonly facts: BlockFacts; readonly isDimmed: boolean; readonly isRead: boolean }, "block">;

/** How many characters of a name fit on one line of a node. */
const SHORT_NAME = 16;

/** Let a long name break after its underscores. */
function breakable(name: string) {
  return name.split(/(?<=_)/).map((part, index) => (
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

/** A block in the graph. */
export function BlockNode({ data, selected }: NodeProps<BlockNodeType>) {
  const { block, facts, isDimmed, isRead } = data;
  const gives = isRead || (block.kind !== "exporter" && block.kind !== "note");
  const problem = block.problems.find((one) => !one.is_warning);
  const table = facts.outputs.find((output) => output.kind === "table");
  return (
    <div
      className={`node node-${block.kind} look-${facts.look.status}${selected ? " is-selected" : ""}${isDimmed ? " is-dimmed" : ""}`}
    >
      {block.kind === "loader" || block.kind === "note" ? null : (
        <Handle role="img" type="target" position={Position.Top} aria-label={`Input of ${block.id}`} />
      )}
      {facts.effect == null ? null : (
        <span className={`node-effect is-${facts.effect.outlook}`} title="If the edit is run">
          {effectBadge(facts.effect)}
        </span>
      )}
      <div className="node-head">
        <KindMark kind={block.kind} />
        <span className={block.id.length > SHORT_NAME ? "node-name is-long" : "node-name"} title={block.id}>
          {breakable(block.id)}
        </span>
        <ChangeMark block={block.id} />
        {problem === undefined ? null : (
          <span className="node-problem" role="img" aria-label={`Problem: ${problem.message}`} title={problem.message}>
            <Icon name="warning" />
          </span>
        )}
        {block.language === "sql" ? <span className="node-language">SQL</span> : null}
      </div>
      <div className="node-foot">
        <StateMark look={facts.look} />
        <span className="node-shape">
          {table === undefined ? null : <span title="Rows × columns">{shape(table.rows, columnCount(table.columns))}</span>}
          {facts.tookS === null ? null : <span title={tookTitle(facts)}>{duration(facts.tookS)}</span>}
        </span>
      </div>
      {gives ? <Handle role="img" type="source" position={Position.Bottom} aria-label={`Output of ${block.id}`} /> : null}
    </div>
  );
}
