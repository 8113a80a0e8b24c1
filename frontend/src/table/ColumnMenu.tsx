import { movedColumn, sortedBy, sortedTo, steppedColumn, type TableLook, toggled } from "../model/look_of_table";
import { copyText } from "../state/clipboard";
import { Icon, type IconName } from "../ui/Icon";
import type { ColumnView } from "../wire/schemas";
import { Popover, type Spot } from "./Popover";

interface ColumnMenuProps {
  readonly column: ColumnView;
  readonly columns: readonly ColumnView[];
  readonly look: TableLook;
  readonly at: Spot;
  readonly onLook: (look: TableLook) => void;
  readonly onFilter: () => void;
  readonly onSelect: () => void;
  readonly onClose: () => void;
}

interface Item {
  readonly label: string;
  readonly icon: IconName;
  readonly act: () => void;
  readonly isDisabled?: boolean;
}

/** What can be done with a column. */
export function ColumnMenu({ column, columns, look, at, onLook, onFilter, onSelect, onClose }: ColumnMenuProps) {
  const { key } = column;
  const known = look.sort.find((one) => one.column === key);
  const isPinned = look.pinned.includes(key);
  const turn = (change: TableLook) => () => onLook(change);
  const items: readonly (Item | null)[] = [
    { label: "Sort upwards", icon: "up", act: turn({ ...look, sort: sortedTo(look.sort, key, false) }) },
    { label: "Sort downwards", icon: "down", act: turn({ ...look, sort: sortedTo(look.sort, key, true) }) },
    known === undefined
      ? { label: "Then sort by this", icon: "plus", act: turn({ ...look, sort: sortedBy(look.sort, key, true) }), isDisabled: look.sort.length === 0 }
      : { label: "Do not sort by this", icon: "close", act: turn({ ...look, sort: sortedTo(look.sort, key, null) }) },
    null,
    { label: "Filter…", icon: "search", act: onFilter },
    null,
    column.is_index
      ? null
      : { label: isPinned ? "Unpin" : "Pin to the left", icon: "drag", act: turn({ ...look, pinned: toggled(look.pinned, key) }) },
    { label: "Move left", icon: "undo", act: turn(steppedColumn(columns, look, key, -1)) },
    { label: "Move right", icon: "redo", act: turn(steppedColumn(columns, look, key, 1)) },
    { label: "Move to the end", icon: "chevron", act: turn(movedColumn(columns, look, key, null)) },
    { label: "Hide", icon: "minus", act: turn({ ...look, hidden: toggled(look.hidden, key) }) },
    null,
    { label: "Select column", icon: "column", act: onSelect },
    { label: "Copy name", icon: "copy", act: () => void copyText(column.name, `${column.name} is in the clipboard`) },
  ];
  return (
    <Popover name={`Column ${column.name}`} at={at} role="menu" onClose={onClose}>
      {items.map((item, index) =>
        item === null ? (
          <div key={index} className="popover-rule" role="separator" />
        ) : (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            className="menu-item"
            disabled={item.isDisabled ?? false}
            onClick={() => {
              onClose();
              item.act();
            }}
          >
            <Icon name={item.icon} />
            <span>{item.label}</span>
          </button>
        ),
      )}
    </Popover>
  );
}
