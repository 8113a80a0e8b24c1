import { type MouseEvent, useEffect, useState } from "react";
import { conditionWords } from "../model/conditions";
import { COPY_FORMS, type CopyForm } from "../model/copying";
import { count, plural } from "../model/format";
import { isFiltering, type TableLook } from "../model/look_of_table";
import { IconButton } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import type { ColumnView } from "../wire/schemas";
import type { Spot } from "./Popover";

/** What a bar's buttons open. */
export type Opened =
  | { readonly what: "condition"; readonly place: number | null; readonly at: Spot; readonly key?: string }
  | { readonly what: "expression"; readonly at: Spot }
  | { readonly what: "columns"; readonly at: Spot }
  | { readonly what: "menu"; readonly key: string; readonly at: Spot }
  | { readonly what: "download" };

interface GridBarProps {
  readonly columns: readonly ColumnView[];
  readonly look: TableLook;
  readonly rows: { readonly all: number; readonly shown: number | null };
  readonly selected: number;
  readonly onLook: (look: TableLook) => void;
  readonly onOpen: (opened: Opened) => void;
  readonly onCopy: (form: CopyForm) => void;
}

const SEARCH_AFTER_MS = 350;
const COPY_ICON: IconName = "copy";

/** Search, filters and what else can be done with a whole table. */
export function GridBar({ columns, look, rows, selected, onLook, onOpen, onCopy }: GridBarProps) {
  const { filter } = look;
  const nameOf = (key: string) => columns.find((column) => column.key === key)?.name ?? key;
  const hidden = look.hidden.length;
  return (
    <div className="grid-bar" role="toolbar" aria-label="Table">
      <Search search={filter.search} onSearch={(search) => onLook({ ...look, filter: { ...filter, search } })} />
      <button type="button" className="chip chip-add" onClick={(event) => onOpen({ what: "condition", place: null, at: below(event) })}>
        <Icon name="plus" />
        Filter
      </button>
      {filter.conditions.map((condition, place) => (
        <span key={place} className="chip">
          <button type="button" className="chip-words" title="Change this filter" onClick={(event) => onOpen({ what: "condition", place, at: below(event) })}>
            {conditionWords(condition, nameOf(condition.column))}
          </button>
          <IconButton
            name={`Remove filter ${conditionWords(condition, nameOf(condition.column))}`}
            icon="close"
            onClick={() => onLook({ ...look, filter: { ...filter, conditions: filter.conditions.filter((_, index) => index !== place) } })}
          />
        </span>
      ))}
      <button
        type="button"
        className={filter.expression === "" ? "chip chip-add" : "chip chip-words mono"}
        title="Filter by a condition in SQL"
        aria-label={filter.expression === "" ? "Filter by expression" : `Expression ${filter.expression}`}
        onClick={(event) => onOpen({ what: "expression", at: below(event) })}
      >
        <Icon name="code" />
        {filter.expression === "" ? "Expression" : filter.expression}
      </button>
      <span className="grid-bar-end">
        <span className="grid-count" role="status">
          {rowsWords(rows, isFiltering(filter))}
          {selected > 1 ? ` · ${plural(selected, "cell")} selected` : ""}
        </span>
        <button type="button" className="chip chip-add" onClick={(event) => onOpen({ what: "columns", at: below(event) })}>
          <Icon name="column" />
          {hidden === 0 ? "Columns" : `${hidden} hidden`}
        </button>
        <IconButton name="Download" icon="download" onClick={() => onOpen({ what: "download" })} />
        <Menu
          name="More about the table"
          items={[
            ...COPY_FORMS.map(({ form, label }) => ({ label, icon: COPY_ICON, onChoose: () => onCopy(form) })),
            { label: "As it is stored", icon: "undo", isDisabled: look.sort.length === 0 && !isFiltering(filter), onChoose: () => onLook({ ...look, sort: [], filter: { conditions: [], expression: "", search: "" } }) },
          ]}
        />
      </span>
    </div>
  );
}

function rowsWords({ all, shown }: { readonly all: number; readonly shown: number | null }, isFiltered: boolean): string {
  if (shown === null) return "Looking…";
  return isFiltered ? `${count(shown)} of ${plural(all, "row")}` : plural(all, "row");
}

function below(event: MouseEvent): Spot {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: box.left, y: box.bottom + 4 };
}

function Search({ search, onSearch }: { readonly search: string; readonly onSearch: (search: string) => void }) {
  const [text, setText] = useState(search);
  const [shown, setShown] = useState(search);
  if (shown !== search) {
    setShown(search);
    setText(search);
  }
  useEffect(() => {
    if (text === search) return undefined;
    const timer = setTimeout(() => onSearch(text), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, search, onSearch]);
  return (
    <input
      className="input grid-search"
      type="search"
      aria-label="Search in all columns"
      placeholder="Search"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onSearch(text);
      }}
    />
  );
}
