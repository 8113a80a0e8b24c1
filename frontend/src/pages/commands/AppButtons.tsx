import { keysText } from "../../model/commands";
import { overlay } from "../../state/commands";
import { isMac } from "../../state/machine";
import { IconButton } from "../../ui/Button";

/** The way to all that can be done, for those who do not know its keys yet. */
export function AppButtons() {
  return (
    <span className="app-buttons">
      <IconButton name="Commands" icon="search" title={`Commands (${keysText("Mod+K", isMac)})`} onClick={() => overlay.set("palette")} />
      <IconButton name="Keyboard" icon="keyboard" title="Keyboard (?)" onClick={() => overlay.set("keys")} />
      <IconButton name="Settings" icon="gear" title={`Settings (${keysText("Mod+,", isMac)})`} onClick={() => overlay.set("settings")} />
    </span>
  );
}
