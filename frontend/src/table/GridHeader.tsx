import { type PointerEvent, useState } from "react";
import { isNumeric } from "../model/cells";
import type { SortKey } from "../model/look_of_table";
import type { ColumnSummary } from "../model/summary_words";
import type { Span } from "../model/window";
import { Icon } from "../ui/Icon";
import type { ColumnView } from "../wire/schemas";
import { HeaderSummary } from "./HeaderSummary";
import { type Layout, placeOf } from "./layout";
import type { Spot } from "./Popover";

/** What a person does to columns by their heads. */
export interface HeaderActions {
  readonly sort: (key: string, isAdding: boolean) => void;
  readonly widen: (key: string, width: number) => void;
  readonly fit: (column: number) => void;
  readonly move: (key: string, before: string | null) => void;
  readonly menu: (key: string, at: Spot) => void;
  readonly selectAll: () => void;
}

interface GridHeaderProps {
  readonly layout: Layout;
  readonly span: Span;
  readonly sort: readonly SortKey[];
  readonly filtered: ReadonlySet<string>;
  readonly summaryOf: (key: string) => ColumnSummary | null;
  readonly actions: HeaderActions;
}

const DRAG_FROM = 6;

export function GridHeader({ layout, span, sort, filtered, summaryOf, actions }: GridHeaderProps) {
  const [target, setTarget] = useState<string | null>(null);
  const head = (index: number) => {
    const column = layout.columns[index];
    if (column === undefined) return null;
    const { left, width } = placeOf(layout, index);
    return (
      <ColumnHead
        key={column.key}
        index={index}
        column={column}
        place={{ left: index < layout.pinnedCount ? layout.gutter + left : layout.fixed + left, width }}
        sort={sort}
        marks={{ isFiltered: filtered.has(column.key), isTarget: target === column.key }}
        summary={summaryOf(column.key)}
        actions={actions}
        onDrag={(button, x, isDone) => {
          const over = x === null ? null : columnAt(button, x);
          setTarget(isDone || over === column.key ? null : over);
          if (isDone && over !== null && over !== column.key) actions.move(column.key, over);
        }}
      />
    );
  };
  return (
    <div className="grid-head" role="row" aria-rowindex={1}>
      <div className="grid-fixed" style={{ width: layout.fixed }}>
        <div className="grid-corner" role="columnheader" aria-colindex={1} aria-label="Row number" style={{ width: layout.gutter }} onClick={actions.selectAll} />
        {Array.from({ length: layout.pinnedCount }, (_, index) => head(index))}
      </div>
      {Array.from({ length: Math.max(0, span.end - span.first) }, (_, index) => head(layout.pinnedCount + span.first + index))}
    </div>
  );
}

/** The column at a place, of the table that a head belongs to: others may stand above or below it. */
function columnAt(head: HTMLElement, x: number): string | null {
  for (const element of head.closest(".grid")?.querySelectorAll<HTMLElement>(".grid-column") ?? []) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && x >= left && x < right) return element.dataset["key"] ?? null;
  }
  return null;
}

interface ColumnHeadProps {
  readonly index: number;
  readonly column: ColumnView;
  readonly place: { readonly left: number; readonly width: number };
  readonly sort: readonly SortKey[];
  readonly marks: { readonly isFiltered: boolean; readonly isTarget: boolean };
  readonly summary: ColumnSummary | null;
  readonly actions: HeaderActions;
  /** `x` is null where the drag came to nothing. */
  readonly onDrag: (head: HTMLElement, x: number | null, isDone: boolean) => void;
}

function ColumnHead({ index, column, place, sort, marks, summary, actions, onDrag }: ColumnHeadProps) {
  const known = sort.find((key) => key.column === column.key);
  const direction = known === undefined ? "none" : known.descending ? "descending" : "ascending";
  const name = column.name === "" ? "(no name)" : column.name;
  const classes = ["grid-column", isNumeric(column.type) ? "is-number" : "", column.is_index ? "is-index" : "", marks.isTarget ? "is-target" : ""];
  return (
    <div
      className={classes.filter((one) => one !== "").join(" ")}
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={direction}
      aria-label={`${name}, ${column.is_index ? "index, " : ""}${column.type}`}
      data-key={column.key}
      style={{ left: place.left, width: place.width }}
      onContextMenu={(event) => {
        event.preventDefault();
        actions.menu(column.key, { x: event.clientX, y: event.clientY });
      }}
    >
      <button
        type="button"
        tabIndex={-1}
        className="grid-sort"
        title={`${name}\n${column.type}\nClick to sort, with Shift to sort by it too; drag to move`}
        onPointerDown={(event) => drag(event, onDrag)}
        onClick={(event) => {
          if (event.currentTarget.dataset["dragged"] !== "true") actions.sort(column.key, event.shiftKey);
        }}
      >
        <span className="grid-name">
          <span>{name}</span>
          {marks.isFiltered ? <Icon name="search" /> : null}
          {direction === "none" ? null : <Icon name={direction === "ascending" ? "up" : "down"} />}
          {known !== undefined && sort.length > 1 ? <span className="grid-turn">{sort.indexOf(known) + 1}</span> : null}
        </span>
        <span className="grid-type">{column.is_index ? `index · ${column.type}` : column.type}</span>
        <HeaderSummary summary={summary} />
      </button>
      <button
        type="button"
        tabIndex={-1}
        className="grid-more"
        aria-label={`Menu of ${name}`}
        aria-haspopup="menu"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          actions.menu(column.key, { x: box.left, y: box.bottom + 2 });
        }}
      >
        <Icon name="more" />
      </button>
      <div
        className="grid-widen"
        aria-hidden="true"
        onPointerDown={(event) => widen(event, place.width, (to) => actions.widen(column.key, to))}
        onDoubleClick={() => actions.fit(index)}
      />
    </div>
  );
}

/** Follow a pointer that has the head in its hand; a press that hardly moves is a click. */
function drag(event: PointerEvent<HTMLButtonElement>, onDrag: ColumnHeadProps["onDrag"]): void {
  if (event.button !== 0) return;
  const button = event.currentTarget;
  const start = event.clientX;
  button.dataset["dragged"] = "false";
  const move = (moved: globalThis.PointerEvent) => {
    if (Math.abs(moved.clientX - start) > DRAG_FROM) {
      button.dataset["dragged"] = "true";
      onDrag(button, moved.clientX, false);
    }
  };
  const end = (ended: globalThis.PointerEvent) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    if (button.dataset["dragged"] === "true") onDrag(button, ended.type === "pointerup" ? ended.clientX : null, true);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

function widen(event: PointerEvent<HTMLDivElement>, width: number, onWiden: (width: number) => void): void {
  const handle = event.currentTarget;
  const start = event.clientX;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  const move = (moved: globalThis.PointerEvent) => onWiden(width + moved.clientX - start);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
}
