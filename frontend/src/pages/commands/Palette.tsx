import { type KeyboardEvent, useDeferredValue, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Command, found, keysText } from "../../model/commands";
import { isMac } from "../../state/machine";
import { commands as offered } from "../../state/commands";
import type { World } from "../../state/world";
import { Icon } from "../../ui/Icon";
import { useStore } from "../../ui/useStore";
import { usePlaces } from "./usePlaces";
import "./commands.css";

interface PaletteProps {
  readonly world: World;
  readonly onClose: () => void;
}

/** A field that finds whatever one wants to do or see: commands, blocks, pipelines, runs. */
export function Palette({ world, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const here = useStore(offered);
  const places = usePlaces(world);
  const wanted = useDeferredValue(typed);
  const shown = useMemo(() => found([...here, ...places], wanted), [here, places, wanted]);
  const chosen = shown[Math.min(at, shown.length - 1)];
  useLayoutEffect(() => {
    const open = dialog.current;
    if (open === null) return undefined;
    open.showModal();
    return () => open.close();
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);
  const run = (command: Command | undefined) => {
    if (command === undefined || command.because != null) return;
    // Closed first, so that what is run finds the focus where it was.
    dialog.current?.close();
    onClose();
    command.run();
  };
  // The list may be behind what is typed; Enter means what is typed.
  const press = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined) setAt((now) => (shown.length === 0 ? 0 : Math.abs(by) === 1 ? (now + by + shown.length) % shown.length : Math.min(shown.length - 1, Math.max(0, now + by))));
    else if (event.key === "Enter") run(wanted === typed ? chosen : found([...here, ...places], typed)[0]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Find a command, block, pipeline or run"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen === undefined ? undefined : `${id}-${shown.indexOf(chosen)}`}
          placeholder="Find a command, block, pipeline or run"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onKeyDown={press}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <ul className="palette-list" role="listbox" id={`${id}-list`} aria-label="Commands">
        {shown.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={command === chosen}
            aria-disabled={command.because != null}
            className="palette-item"
            title={command.because ?? undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
          >
            <span className="palette-group">{command.group}</span>
            <span className="palette-title">{command.title}</span>
            {command.because == null ? null : <span className="muted palette-because">{command.because}</span>}
            {command.keys?.[0] === undefined ? null : <kbd>{keysText(command.keys[0], isMac)}</kbd>}
          </li>
        ))}
      </ul>
      {shown.length === 0 ? <p className="palette-none muted">Nothing is called that.</p> : null}
    </dialog>
  );
}
