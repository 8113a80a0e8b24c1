import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Fragment } from "react";
import { effectBadge } from "../model/effect";
import { columnCount, duration, shape } from "../model/format";
import { takesInputs } from "../model/graph";
import type { ItemCount } from "../model/items";
import type { BlockFacts } from "../model/look";
import { tookTitle } from "../model/look";
import { Icon } from "../ui/Icon";
import { KindMark } from "../ui/Kind";
import { StateMark } from "../ui/StateMark";
import type { BlockView } from "../wire/schemas";
import { ChangeMark } from "./ChangeMark";

export type BlockNodeType = Node<BlockNodeData, "block">;

export interface BlockNodeData extends Record<string, unknown> {
  readonly block: BlockView;
  readonly facts: BlockFacts;
  readonly items: ItemCount | null;
  readonly mark: "none" | "dimmed" | "found" | "current";
  readonly isRead: boolean;
  /** So far away, or so many, that only its colour and name can be made out. */
  readonly isPlain: boolean;
}

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
  const { block, facts, mark, isRead, isPlain } = data;
  const name = `node node-${block.kind} look-${facts.look.status} mark-${mark}${selected ? " is-selected" : ""}`;
  if (isPlain) return <div className={`${name} is-plain`}>{block.id}</div>;
  const gives = isRead || (block.kind !== "exporter" && block.kind !== "note");
  return (
    <div className={name}>
      {takesInputs(block) ? <Handle role="img" type="target" position={Position.Top} aria-label={`Input of ${block.id}`} /> : null}
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
        <Problem block={block} facts={facts} />
        {block.language === "sql" ? <span className="node-language">SQL</span> : null}
      </div>
      <div className="node-foot">
        <StateMark look={facts.look} />
        <NodeFacts data={data} />
      </div>
      <NodeProgress data={data} />
      {gives ? <Handle role="img" type="source" position={Position.Bottom} aria-label={`Output of ${block.id}`} /> : null}
    </div>
  );
}

/** What is wrong with the block's file, or which of its checks failed. */
function Problem({ block, facts }: { readonly block: BlockView; readonly facts: BlockFacts }) {
  const problem = block.problems.find((one) => !one.is_warning);
  const failed = facts.checks.filter((check) => !check.passed);
  const words = problem === undefined ? failed.map((check) => `Check ${check.name} failed: ${check.message}`).join("\n") : `Problem: ${problem.message}`;
  if (words === "") return null;
  return (
    <span className="node-problem" role="img" aria-label={words} title={words}>
      <Icon name="warning" />
    </span>
  );
}

function NodeFacts({ data: { facts, items } }: { readonly data: BlockNodeData }) {
  const table = facts.outputs.find((output) => output.kind === "table");
  const isCounted = items !== null && facts.look.status !== "fresh" && facts.look.status !== "never";
  return (
    <span className="node-shape">
      {isCounted ? <span title={itemWords(items)}>{`${items.done}/${items.total}`}</span> : null}
      {table === undefined || isCounted ? null : <span title="Rows × columns">{shape(table.rows, columnCount(table.columns))}</span>}
      {facts.tookS === null ? null : <span title={tookTitle(facts)}>{duration(facts.tookS)}</span>}
    </span>
  );
}

function itemWords({ done, total, failed }: ItemCount): string {
  return `${done} of ${total} items done${failed === 0 ? "" : `, ${failed} of them failed`}`;
}

/** How far a running block is, as it says itself or as its items tell. */
function NodeProgress({ data: { block, facts, items } }: { readonly data: BlockNodeData }) {
  if (facts.look.status !== "running") return null;
  const { progress } = facts.look;
  const { done, total } = progress ?? items ?? { done: 0, total: null };
  if (total === null || total === 0) return null;
  return (
    <progress className="node-progress" aria-label={`Progress of ${block.id}`} max={total} value={Math.min(done, total)} />
  );
}
