import type { KeyboardEvent } from "react";
import { IconButton } from "../../ui/Button";

interface GraphSearchProps {
  readonly text: string;
  readonly found: number;
  /** Which of the found one is shown, from 0. */
  readonly at: number;
  readonly onType: (text: string) => void;
  readonly onStep: (by: number) => void;
  readonly onLeave: () => void;
}

/** Find blocks by name, title or file: what fits stands out, Enter goes from one to the next. */
export function GraphSearch({ text, found, at, onType, onStep, onLeave }: GraphSearchProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === "ArrowDown") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowUp") onStep(-1);
    else if (event.key === "Escape") onLeave();
    else return;
    event.preventDefault();
  };
  return (
    <div className="graph-search" role="search">
      <input
        className="input pane-search"
        type="search"
        aria-label="Find a block"
        aria-keyshortcuts="/"
        placeholder="Find a block  (/)"
        value={text}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={press}
      />
      {text.trim() === "" ? null : (
        <>
          <span className="graph-search-count" role="status">
            {found === 0 ? "None" : `${at + 1} of ${found}`}
          </span>
          <IconButton name="The one before" icon="up" onClick={() => onStep(-1)} isDisabled={found === 0} />
          <IconButton name="The next one" icon="down" onClick={() => onStep(1)} isDisabled={found === 0} />
        </>
      )}
    </div>
  );
}
