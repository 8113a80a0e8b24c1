import { Dialog } from "../../ui/Dialog";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "In a block",
    [
      ["Shift ↵", "Run this block and what it needs"],
      ["Ctrl ↵  or  ⌘ ↵", "Run only this block"],
      ["Ctrl S  or  ⌘ S", "Save now; otherwise a second after the last key"],
      ["Tab", "Indent, once you typed or clicked in the code; else move on"],
      ["Esc  Tab", "Leave the code for what stands below it"],
    ],
  ],
  [
    "Pipeline",
    [
      ["Ctrl Z  or  ⌘ Z", "Undo the last edit of the pipeline"],
      ["Ctrl Shift Z  or  ⌘ ⇧ Z", "Do it again"],
      ["A", "Add a block"],
      ["Delete", "Disconnect the chosen connection, or the focused argument"],
      ["Alt ←  Alt →", "Move the focused argument"],
    ],
  ],
  [
    "Table",
    [
      ["Arrows, Page, Home, End", "Move; with Ctrl to the very edge"],
      ["↵", "Read the whole cell"],
      ["Ctrl C  or  ⌘ C", "Copy the cell"],
    ],
  ],
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className="dialog-body">
        {KEYS.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className="keys">
              {rows.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
