import { byGroup, keysText } from "../../model/commands";
import { KEY_NOTES } from "../../model/key_notes";
import { commands } from "../../state/commands";
import { isMac } from "../../state/machine";
import { Dialog } from "../../ui/Dialog";
import { useStore } from "../../ui/useStore";

/** Every key that does something here: those of the commands, and those that work in one place. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  const groups = byGroup(useStore(commands));
  return (
    <Dialog title="Keyboard" onClose={onClose} className="dialog-wide">
      <div className="dialog-body keys-sheet">
        {groups.map(([group, all]) => (
          <Keys key={group} title={group} rows={all.map((command) => [(command.keys ?? []).map((keys) => keysText(keys, isMac)), command.title] as const)} />
        ))}
        {KEY_NOTES.map(([group, rows]) => (
          <Keys key={group} title={group} rows={rows.map(([keys, what]) => [[keysText(keys, isMac)], what] as const)} />
        ))}
      </div>
    </Dialog>
  );
}

interface KeysProps {
  readonly title: string;
  readonly rows: readonly (readonly [readonly string[], string])[];
}

function Keys({ title, rows }: KeysProps) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className="keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
