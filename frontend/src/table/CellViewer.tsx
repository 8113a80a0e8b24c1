import type { Cell } from "../model/cells";
import { count, plural } from "../model/format";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import type { ColumnView } from "../wire/schemas";

interface CellViewerProps {
  readonly cell: Cell;
  readonly column: ColumnView;
  readonly row: number;
  readonly onClose: () => void;
}

/** One value, all of it, as text. */
export function CellViewer({ cell, column, row, onClose }: CellViewerProps) {
  const text = cell.kind === "value" ? pretty(cell.full) : cell.kind === "null" ? "null" : "Not read yet";
  return (
    <Dialog title={column.name} onClose={onClose}>
      <div className="dialog-body">
        <p className="muted">
          Row {count(row)} · {column.type} · {plural(text.length, "character")}
        </p>
        <pre className="code cell-text" tabIndex={0} role="region" aria-label="Value">
          {text}
        </pre>
      </div>
      <div className="dialog-foot">
        <Button icon="copy" onClick={() => void navigator.clipboard.writeText(cell.kind === "value" ? cell.full : "")}>
          Copy
        </Button>
      </div>
    </Dialog>
  );
}

function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
