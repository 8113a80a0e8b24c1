import { useId, useState } from "react";
import { duration, count, size } from "../../model/format";
import { partRows, partSeconds } from "../../model/run_page";
import { itemName, itemsWord, readyAt, stretchesOf, type TimelineRow } from "../../model/timeline";
import { Icon } from "../../ui/Icon";
import { PartState, partWord } from "../PartState";
import { RunBar } from "./RunBar";
import { RunPart } from "./RunPart";
import type { Shared } from "./shared";

interface RunBlockProps {
  readonly shared: Shared;
  readonly row: TimelineRow;
  readonly isFirstFailed: boolean;
}

const MOST_ITEMS = 200;

/** One block's row, which opens to what it said and did; below it the items that it ran for. */
export function RunBlock({ shared, row, isFirstFailed }: RunBlockProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const details = useId();
  const { run, scale, now, upstream } = shared;
  const { part, items } = row;
  // What failed first is what one has come for; a choice of one's own is kept.
  const isOpen = chosen ?? isFirstFailed;
  const seconds = partSeconds(part, now);
  const rows = partRows(part);
  const reads = upstream?.get(part.id);
  const ready = reads === undefined || part.item !== null ? null : readyAt(run, part, reads);
  return (
    <li className={`run-block${isOpen ? " is-open" : ""}${part.item === null ? "" : " is-item"}`} id={`part-${part.id}`}>
      <button type="button" className="run-block-row" aria-expanded={isOpen} aria-controls={details} onClick={() => setChosen(!isOpen)}>
        <PartState state={part.state} />
        <span className="run-block-name" title={part.item === null ? part.id : `${part.id}: ${itemName(part)}`}>
          <span className={part.item === null ? "mono" : ""}>{itemName(part)}</span>
          {items.length === 0 ? null : <span className="muted"> {itemsWord(items, partWord)}</span>}
        </span>
        <RunBar scale={scale} stretches={stretchesOf(run, part, now, ready)} />
        <Figure name="tries">{part.attempt > 0 ? String(part.attempt) : ""}</Figure>
        <Figure name="took">{seconds === null ? "" : duration(seconds)}</Figure>
        <Figure name="rows">{rows === null ? "" : count(rows)}</Figure>
        <Figure name="CPU">{part.usage === null ? "" : duration(part.usage.cpu_s)}</Figure>
        <Figure name="memory">{part.usage?.peak_memory_bytes == null ? "" : size(part.usage.peak_memory_bytes)}</Figure>
        <Icon name="chevron" className="run-block-chevron" />
      </button>
      <div id={details} hidden={!isOpen}>
        {!isOpen ? null : items.length === 0 ? <RunPart shared={shared} part={part} /> : <Items shared={shared} row={row} />}
      </div>
    </li>
  );
}

function Items({ shared, row }: { readonly shared: Shared; readonly row: TimelineRow }) {
  const failed = row.items.find((item) => item.state === "failed")?.id;
  // Those that failed come into view first when there are more than are shown.
  const shown = row.items.length <= MOST_ITEMS ? row.items : row.items.toSorted((left, right) => Number(right.state === "failed") - Number(left.state === "failed")).slice(0, MOST_ITEMS);
  return (
    <>
      <RunPart shared={shared} part={row.part} hasItems />
      <ul className="run-items" aria-label={`Items of ${row.part.id}`}>
        {shown.map((item) => (
          <RunBlock key={item.id} shared={shared} row={{ part: item, items: [] }} isFirstFailed={item.id === failed} />
        ))}
        {shown.length < row.items.length ? <li className="run-items-rest muted">and {count(row.items.length - shown.length)} more items</li> : null}
      </ul>
    </>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <span className="runs-number">
      {children === "" ? null : <span className="visually-hidden">{name} </span>}
      {children}
    </span>
  );
}
