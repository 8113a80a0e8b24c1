import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { plural } from "../model/format";
import { Icon } from "../ui/Icon";
import type { GroupView } from "../wire/schemas";

interface GroupData extends Record<string, unknown> {
  readonly group: GroupView;
  /** How its blocks stand, counted. */
  readonly stands: string;
  readonly onToggle: (group: GroupView) => void;
  readonly onRename: (group: GroupView) => void;
}

export type GroupNodeType = Node<GroupData, "group">;
export type FrameNodeType = Node<GroupData, "frame">;

export const groupName = (group: GroupView) => (group.title === "" ? group.id : group.title);

/** A collapsed group: one node in the place of its blocks. */
export function GroupNode({ data: { group, stands, onToggle, onRename }, selected }: NodeProps<GroupNodeType>) {
  return (
    <div className={`node node-group group-${group.color}${selected ? " is-selected" : ""}`}>
      <Handle role="img" type="target" position={Position.Top} isConnectable={false} aria-label={`Input of group ${groupName(group)}`} />
      <div className="node-head">
        <GroupToggle group={group} onToggle={onToggle} />
        <button type="button" className="node-name group-title nodrag" tabIndex={-1} title={`${groupName(group)}: rename or recolour`} onClick={() => onRename(group)}>
          {groupName(group)}
        </button>
      </div>
      <div className="node-foot">
        <span className="state">{plural(group.blocks.length, "block")}</span>
        <span className="node-shape">{stands}</span>
      </div>
      <Handle role="img" type="source" position={Position.Bottom} isConnectable={false} aria-label={`Output of group ${groupName(group)}`} />
    </div>
  );
}

/** The frame around a group's blocks; dragged by its head, which is all of it that can be clicked. */
export function FrameNode({ data: { group, onToggle, onRename } }: NodeProps<FrameNodeType>) {
  return (
    <div className={`frame group-${group.color}`}>
      <div className="frame-head">
        <GroupToggle group={group} onToggle={onToggle} />
        <button type="button" className="group-title nodrag" tabIndex={-1} title="Rename or recolour" onClick={() => onRename(group)}>
          {groupName(group)}
        </button>
      </div>
    </div>
  );
}

function GroupToggle({ group, onToggle }: Pick<GroupData, "group" | "onToggle">) {
  const what = `${group.is_collapsed ? "Expand" : "Collapse"} ${groupName(group)}`;
  return (
    <button
      type="button"
      className={`group-toggle nodrag${group.is_collapsed ? "" : " is-open"}`}
      tabIndex={-1}
      aria-label={what}
      aria-expanded={!group.is_collapsed}
      title={what}
      onClick={() => onToggle(group)}
    >
      <Icon name="chevron" />
    </button>
  );
}
