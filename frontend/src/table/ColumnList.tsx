import { useState } from "react";
import { type TableLook, toggled } from "../model/look_of_table";
import { plural } from "../model/format";
import { Button } from "../ui/Button";
import type { ColumnView } from "../wire/schemas";
import { Popover, type Spot } from "./Popover";

const MOST_LISTED = 300;

interface ColumnListProps {
  readonly columns: readonly ColumnView[];
  readonly look: TableLook;
  readonly at: Spot;
  readonly onLook: (look: TableLook) => void;
  readonly onClose: () => void;
}

/** All columns, to be shown, hidden and found. */
export function ColumnList({ columns, look, at, onLook, onClose }: ColumnListProps) {
  const [search, setSearch] = useState("");
  const found = columns.filter((column) => column.name.toLowerCase().includes(search.toLowerCase()));
  return (
    <Popover name="Columns" at={at} onClose={onClose}>
      <div className="column-list">
        <input className="input" type="search" aria-label="Find a column" placeholder="Find a column" value={search} onChange={(event) => setSearch(event.target.value)} />
        <ul aria-label="Shown columns">
          {found.slice(0, MOST_LISTED).map((column) => (
            <li key={column.key}>
              <label className="tick">
                <input type="checkbox" checked={!look.hidden.includes(column.key)} onChange={() => onLook({ ...look, hidden: toggled(look.hidden, column.key) })} />
                <span className="column-list-name">{column.name === "" ? "(no name)" : column.name}</span>
                <span className="muted">{column.is_index ? "index" : column.type}</span>
              </label>
            </li>
          ))}
        </ul>
        {found.length > MOST_LISTED ? <p className="muted">{plural(found.length - MOST_LISTED, "more column")}: write a part of its name.</p> : null}
        <div className="filter-foot">
          <Button look="quiet" onClick={() => onLook({ ...look, hidden: found.length === columns.length ? [] : look.hidden.filter((key) => !found.some((one) => one.key === key)) })}>
            Show all
          </Button>
          <Button look="quiet" onClick={() => onLook({ ...look, hidden: [...new Set([...look.hidden, ...found.map((one) => one.key)])] })}>
            Hide all
          </Button>
          <Button look="quiet" title="Order, widths and pins as they were" onClick={() => onLook({ ...look, hidden: [], order: [], pinned: [], widths: {} })}>
            Reset
          </Button>
        </div>
      </div>
    </Popover>
  );
}
