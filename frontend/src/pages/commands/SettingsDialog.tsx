import { useId } from "react";
import { keysText } from "../../model/commands";
import { formatChoice, keymapChoice, KEYMAPS } from "../../state/editor_settings";
import { isMac } from "../../state/machine";
import { autosave, motion, theme, tour } from "../../state/preferences";
import type { Store } from "../../state/store";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { useStore } from "../../ui/useStore";

/** What somebody prefers; it holds for this browser alone, and at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Settings" onClose={onClose} className="dialog-narrow">
      <div className="dialog-body preferences">
        <Choice
          name="Theme"
          store={theme}
          choices={[
            ["system", "As the system"],
            ["light", "Light"],
            ["dark", "Dark"],
          ]}
        />
        <Choice
          name="Motion"
          hint="Nothing turns, slides or fades with less motion."
          store={motion}
          choices={[
            ["system", "As the system"],
            ["reduced", "Less"],
          ]}
        />
        <Choice
          name="Save by itself"
          hint="A second after the last key. Running a block always saves first."
          store={autosave}
          choices={[
            ["yes", "Yes"],
            ["no", "Only when asked"],
          ]}
        />
        <Choice
          name="Keys in code"
          hint="Vim has modes and commands; :w saves."
          store={keymapChoice}
          choices={KEYMAPS.map(({ id, name }) => [id, name])}
        />
        <Choice
          name="Format Python"
          hint={`With ruff, and the project's own settings for it. ${keysText("Shift+Alt+F", isMac)} formats at any time.`}
          store={formatChoice}
          choices={[
            ["no", "Only when asked"],
            ["yes", `When I save with ${keysText("Mod+S", isMac)}`],
          ]}
        />
        <p className="muted">Kept in this browser.</p>
      </div>
      <div className="dialog-foot">
        <Button
          look="quiet"
          onClick={() => {
            tour.set("");
            onClose();
          }}
        >
          Show the tour again
        </Button>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly hint?: string;
  readonly store: Store<string>;
  readonly choices: readonly (readonly [string, string])[];
}

/** One setting with its choices; an unknown one that is kept counts as the first. */
function Choice({ name, hint = "", store, choices }: ChoiceProps) {
  const kept = useStore(store);
  const id = useId();
  const chosen = choices.some(([value]) => value === kept) ? kept : choices[0]?.[0];
  return (
    <fieldset className="preference" aria-describedby={hint === "" ? undefined : id}>
      <legend>{name}</legend>
      <div className="preference-choices">
        {choices.map(([value, words]) => (
          <label key={value}>
            <input type="radio" name={`${id}-choice`} checked={value === chosen} onChange={() => store.set(value)} />
            {words}
          </label>
        ))}
      </div>
      {hint === "" ? null : (
        <p id={id} className="field-hint">
          {hint}
        </p>
      )}
    </fieldset>
  );
}
