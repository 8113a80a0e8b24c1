import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { LIBRARY_BLOCK } from "../../graph/acts";
import { type Choice, choicesOf, found } from "../../model/library";
import { libraryQuery } from "../../state/queries";
import { IconButton } from "../../ui/Button";
import { KindMark } from "../../ui/Kind";
import { useBench } from "./bench";

interface LibraryDrawerProps {
  readonly onAdd: (choice: Choice) => void;
  readonly onClose: () => void;
}

/** The library beside the graph: a block is dragged upon the ground or an edge, or added by Enter. */
export function LibraryDrawer({ onAdd, onClose }: LibraryDrawerProps) {
  const { world } = useBench();
  const library = useQuery(libraryQuery(world.client));
  const [search, setSearch] = useState("");
  const choices = useMemo(() => found(choicesOf(library.data?.blocks ?? []), search), [library.data, search]);
  return (
    <aside className="drawer" aria-label="Library">
      <div className="drawer-head">
        <input className="input" type="search" autoFocus aria-label="Search the library" placeholder="Search the library" value={search} onChange={(event) => setSearch(event.target.value)} onKeyDown={(event) => (event.key === "Escape" ? onClose() : undefined)} />
        <IconButton name="Close the library" icon="close" onClick={onClose} />
      </div>
      <p className="drawer-hint">Drag one into the graph, or onto a connection.</p>
      <ul className="drawer-list">
        {choices.map((choice) => (
          <li key={choice.key}>
            <button
              type="button"
              className="drawer-item"
              draggable
              title={choice.description}
              onDragStart={(event) => {
                event.dataTransfer.setData(LIBRARY_BLOCK, choice.key);
                event.dataTransfer.effectAllowed = "copy";
              }}
              onClick={() => onAdd(choice)}
            >
              <KindMark kind={choice.kind} />
              <span>{choice.title}</span>
              {choice.language === "sql" ? <span className="node-language">SQL</span> : null}
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
