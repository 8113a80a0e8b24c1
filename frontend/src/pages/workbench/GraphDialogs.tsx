import { type SyntheticEvent, useState } from "react";
import { connectionOf, takesInputs } from "../../model/graph";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { KindMark } from "../../ui/Kind";
import type { BlockView, EditRequest, GroupColor, GroupView } from "../../wire/schemas";

interface ConnectDialogProps {
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
  readonly onEdit: (edit: EditRequest) => Promise<boolean>;
  readonly onClose: () => void;
}

const REFUSED = { possible: "", already: "connected", itself: "", cycle: "would be a cycle" } as const;

/** Connect a block to others, or take connections away, without a mouse. */
export function ConnectDialog({ block, blocks, onEdit, onClose }: ConnectDialogProps) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const others = blocks.filter((one) => one.id !== block.id && takesInputs(one) && one.id.includes(wanted));
  const toggle = (other: BlockView) => {
    const edge = { upstream: block.id, downstream: other.id };
    void onEdit(other.upstream.includes(block.id) ? { op: "disconnect", ...edge } : { op: "connect", ...edge });
  };
  const first = others.find((one) => connectionOf(blocks, block.id, one.id) === "possible");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (first !== undefined) void onEdit({ op: "connect", upstream: block.id, downstream: first.id }).then(onClose);
  };
  return (
    <Dialog title={`Connect ${block.id} to…`} onClose={onClose} className="dialog-narrow">
      <form className="dialog-body connect" onSubmit={submit}>
        <input className="input" type="search" aria-label="Find a block to feed" placeholder="Find a block; ↵ connects the first" value={search} onChange={(event) => setSearch(event.target.value)} />
        <ul className="connect-list" aria-label={`What ${block.id} feeds`}>
          {others.map((other) => {
            const verdict = connectionOf(blocks, block.id, other.id);
            return (
              <li key={other.id}>
                <label className="connect-item">
                  <input type="checkbox" checked={verdict === "already"} disabled={verdict === "cycle"} onChange={() => toggle(other)} />
                  <KindMark kind={other.kind} />
                  <span className="mono">{other.id}</span>
                  <span className="muted">{REFUSED[verdict]}</span>
                </label>
              </li>
            );
          })}
          {others.length === 0 ? <li className="muted">No block that takes inputs is called like that.</li> : null}
        </ul>
      </form>
      <div className="dialog-foot">
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

const COLORS: readonly GroupColor[] = ["gray", "blue", "teal", "green", "amber", "red", "purple"];

interface GroupDialogProps {
  readonly group: GroupView;
  readonly isNew: boolean;
  readonly onKeep: (title: string, color: GroupColor) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Name a group and give it a colour. */
export function GroupDialog({ group, isNew, onKeep, onClose }: GroupDialogProps) {
  const [title, setTitle] = useState(group.title);
  const [color, setColor] = useState<GroupColor>(group.color);
  const problem = title.length > 80 ? "At most 80 characters." : null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (problem === null) void onKeep(title.trim(), color).then((isDone) => (isDone ? onClose() : undefined));
  };
  return (
    <Dialog title={isNew ? `Group ${group.blocks.length === 1 ? "one block" : `${group.blocks.length} blocks`}` : "Change the group"} onClose={onClose} className="dialog-narrow">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name" problem={problem}>
            {(field) => <input {...field} className="input" placeholder={group.id} value={title} onChange={(event) => setTitle(event.target.value)} />}
          </Field>
          <fieldset className="group-colors">
            <legend className="field-label">Colour</legend>
            {COLORS.map((one) => (
              <label key={one} className={`group-color group-${one}`} title={one}>
                <input type="radio" name="color" value={one} aria-label={one} checked={color === one} onChange={() => setColor(one)} />
                <span aria-hidden="true" />
              </label>
            ))}
          </fieldset>
        </div>
        <div className="dialog-foot">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={problem !== null}>
            {isNew ? "Group" : "Keep"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
