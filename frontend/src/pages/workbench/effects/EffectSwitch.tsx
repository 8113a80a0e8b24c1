import { triesEdits } from "../../../state/effects";
import { useStore } from "../../../ui/useStore";
import "./effects.css";

/** Whether edits are tried before they are run; remembered in this browser. */
export function EffectSwitch() {
  const isOn = useStore(triesEdits) === "on";
  return (
    <label className="effect-switch" title="Try an edited transformer and what is below it on what is stored, in a process that is thrown away">
      <input type="checkbox" role="switch" checked={isOn} onChange={() => triesEdits.set(isOn ? "off" : "on")} />
      Try edits
    </label>
  );
}
