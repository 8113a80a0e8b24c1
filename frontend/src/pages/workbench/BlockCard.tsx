import { type KeyboardEvent, useState } from "react";
import { keysText } from "../../model/commands";
import { columnCount, duration, plural, shape } from "../../model/format";
import type { BlockFacts } from "../../model/look";
import { tookTitle, usualText } from "../../model/look";
import { isMac } from "../../state/machine";
import { IconButton } from "../../ui/Button";
import { KindMark } from "../../ui/Kind";
import { Menu } from "../../ui/Menu";
import { StateMark } from "../../ui/StateMark";
import type { BlockView } from "../../wire/schemas";
import { Problems } from "../Problems";
import { ArgumentStrip } from "./ArgumentStrip";
import { useBench } from "./bench";
import { BlockEditor } from "./BlockEditor";
import { FailureNote } from "./FailureNote";
import { OutputPanel } from "./OutputPanel";
import { RenameDialog } from "./RenameDialog";
import { useSeen } from "./useSeen";

interface BlockCardProps {
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
  readonly facts: BlockFacts;
  readonly isSelected: boolean;
  readonly isRunActive: boolean;
}

/** A block in the notebook: what feeds it, its code, and what came of it. */
export function BlockCard({ block, blocks, facts, isSelected, isRunActive }: BlockCardProps) {
  const { workbench, home } = useBench();
  const [isRenaming, setRenaming] = useState(false);
  const [seenRef, isSeen] = useSeen();
  const run = () => void workbench.run({ blocks: [block.id], reuse: "editor" });
  const runOnly = () => void workbench.run({ blocks: [block.id], only: true, reuse: "editor" });
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (event.shiftKey) run();
    else runOnly();
  };
  const save = () => void home.drafts.open(block.file).save();
  const failure = facts.look.status === "failed" ? facts.look.failure : null;
  const past = facts.look.status === "stale" ? facts.look.failure : null;
  const shown = failure ?? past;
  return (
    <section
      id={`card-${block.id}`}
      ref={seenRef}
      className={`card look-${facts.look.status}${isSelected ? " is-selected" : ""}`}
      aria-label={`Block ${block.id}`}
      onFocusCapture={() => workbench.select(block.id)}
      onPointerDownCapture={() => workbench.select(block.id)}
      onKeyDown={press}
    >
      <header className="card-head">
        <KindMark kind={block.kind} />
        <div className="card-title">
          <h2 title={block.id}>{block.id}</h2>
          <span className="card-text" title={block.description}>
            {block.title === block.id ? "" : block.title}
          </span>
        </div>
        <CardFacts facts={facts} />
        <StateMark look={facts.look} />
        <IconButton
          name={`Run ${block.id}`}
          icon="play"
          title={`Run this block and what it needs (${keysText("Shift+Enter", isMac)})`}
          isDisabled={isRunActive}
          onClick={run}
        />
        <Menu
          name={`More for ${block.id}`}
          items={[
            { label: "Run only this block", icon: "play", keys: keysText("Mod+Enter", isMac), onChoose: runOnly, isDisabled: isRunActive },
            {
              label: "Run this and all below",
              icon: "down",
              onChoose: () => void workbench.run({ blocks: [block.id], downstream: true, reuse: "editor" }),
              isDisabled: isRunActive,
            },
            { label: "Rename…", onChoose: () => setRenaming(true) },
            { label: "Remove from pipeline", icon: "close", onChoose: () => void workbench.edit({ op: "remove_block", block: block.id }) },
          ]}
        />
      </header>
      <ArgumentStrip block={block} blocks={blocks} />
      <div className="card-file">
        <span className="mono" title={block.file}>
          {block.file}
        </span>
      </div>
      <BlockEditor block={block} failure={failure} isSeen={isSeen} keys={{ run, runOnly, save }} />
      {block.problems.length === 0 ? null : (
        <div className="card-problems">
          <Problems problems={block.problems} />
        </div>
      )}
      {shown === null ? null : <FailureNote failure={shown} block={block} blocks={blocks} isPast={failure === null} isOverEarlier={facts.isOfEarlierRun} />}
      {block.kind === "note" ? null : <OutputPanel block={block} blocks={blocks} facts={facts} isSeen={isSeen} />}
      {isRenaming ? <RenameDialog block={block} taken={blocks.map((one) => one.id)} onClose={() => setRenaming(false)} /> : null}
    </section>
  );
}

function CardFacts({ facts }: { readonly facts: BlockFacts }) {
  const table = facts.outputs.find((output) => output.kind === "table");
  const usual = facts.look.status === "running" ? usualText(facts.freshness) : null;
  return (
    <span className="card-facts">
      {usual === null ? null : <span>{usual}</span>}
      {table === undefined ? null : (
        <span title={`${plural(table.rows ?? 0, "row")}, ${plural(columnCount(table.columns), "column")}`}>
          {shape(table.rows, columnCount(table.columns))}
        </span>
      )}
      {facts.tookS === null ? null : <span title={tookTitle(facts)}>{duration(facts.tookS)}</span>}
    </span>
  );
}
