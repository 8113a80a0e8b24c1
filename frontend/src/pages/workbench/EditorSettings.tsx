import { formatChoice, keymapChoice, keymapNow, KEYMAPS } from "../../state/editor_settings";
import { useStore } from "../../ui/useStore";

/** How code is edited in this browser. */
export function EditorSettings() {
  useStore(keymapChoice);
  const formats = useStore(formatChoice) === "yes";
  const chosen = keymapNow();
  return (
    <section className="editor-settings" aria-label="Editing code">
      <h3>Editing code</h3>
      <fieldset className="choice-row">
        <legend>Keys</legend>
        {KEYMAPS.map(({ id, name, words }) => (
          <label key={id} title={words}>
            <input type="radio" name="keymap" checked={chosen === id} onChange={() => keymapChoice.set(id)} /> {name}
          </label>
        ))}
      </fieldset>
      <label className="choice-row">
        <input type="checkbox" checked={formats} onChange={(event) => formatChoice.set(event.target.checked ? "yes" : "no")} /> Format Python when I save (Ctrl S)
      </label>
    </section>
  );
}
