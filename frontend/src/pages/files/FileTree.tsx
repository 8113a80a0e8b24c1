import { useQuery } from "@tanstack/react-query";
import { type DragEvent, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { folderOf, treeRows, type TreeRow } from "../../model/file_tree";
import { fileKeys } from "../../state/file_desk";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { Empty } from "../../ui/Note";
import { useStore } from "../../ui/useStore";
import { Failed } from "../Failed";
import { useDesk } from "./desk";
import { NameDialog, type Naming } from "./NameDialog";
import { Uploads } from "./Uploads";

/** The project's files and folders; files are dropped onto it to bring them in. */
export function FileTree() {
  const { desk, project } = useDesk();
  const found = useQuery({ queryKey: fileKeys.tree(project), queryFn: desk.files.tree });
  const open = useStore(desk.open);
  const shown = useStore(desk.shown);
  const [at, setAt] = useState<string | null>(null);
  const [naming, setNaming] = useState<Naming | null>(null);
  const [dropped, setDropped] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => treeRows(found.data?.entries ?? [], open), [found.data, open]);
  const taken = useMemo(() => new Set(found.data?.entries.map((entry) => entry.path)), [found.data]);
  if (found.isError) return <Failed title="The files could not be listed" failed={found.error} onRetry={() => void found.refetch()} />;
  const current = rows.find((row) => row.entry.path === at) ?? rows[0];
  const chosen = at === null ? undefined : current;
  const folder = chosen === undefined ? "" : chosen.entry.is_folder ? chosen.entry.path : folderOf(chosen.entry.path);

  const focus = (path: string | undefined) => {
    if (path === undefined) return;
    setAt(path);
    list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus();
  };
  const activate = (row: TreeRow) => {
    setAt(row.entry.path);
    if (row.entry.is_folder) desk.toggle(row.entry.path);
    else desk.show(row.entry.path);
  };
  const press = (event: KeyboardEvent) => {
    if (current === undefined || (event.target instanceof HTMLElement && event.target.closest(".menu") !== null)) return;
    const index = rows.indexOf(current);
    const act = keyActions(rows, index, { focus, activate, rename: () => setNaming({ kind: "move", path: current.entry.path }), remove: () => void desk.edit({ op: "delete", path: current.entry.path }), toggle: () => desk.toggle(current.entry.path) })[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const drag = (path: string) => ({
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      setDropped(path);
    },
    onDragLeave: () => setDropped(null),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      setDropped(null);
      desk.bringIn([...event.dataTransfer.files], path);
    },
  });

  return (
    <div className={dropped === "" ? "tree-pane is-dropping" : "tree-pane"} {...drag("")}>
      <div className="tree-tools">
        <Button icon="plus" onClick={() => setNaming({ kind: "file", folder })}>
          New file
        </Button>
        <IconButton name="New folder" icon="folder" onClick={() => setNaming({ kind: "folder", folder })} />
        <IconButton name="Bring files in" icon="upload" title={`Bring files into ${folder === "" ? "the project" : folder}, or drop them here`} onClick={() => chooser.current?.click()} />
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to bring in"
          onChange={(event) => {
            desk.bringIn([...(event.target.files ?? [])], folder);
            event.target.value = "";
          }}
        />
      </div>
      <div className="tree" role="tree" aria-label="Files" ref={list} onKeyDown={press}>
        {rows.map((row) => (
          <div
            key={row.entry.path}
            role="treeitem"
            aria-level={row.depth + 1}
            aria-expanded={row.entry.is_folder ? row.isOpen : undefined}
            aria-selected={shown.kind === "file" && shown.path === row.entry.path}
            aria-label={row.name}
            data-path={row.entry.path}
            tabIndex={row === current ? 0 : -1}
            className={dropped === row.entry.path && row.entry.is_folder ? "tree-row is-dropping" : "tree-row"}
            style={{ paddingLeft: 6 + 14 * Math.min(row.depth, 12) }}
            title={row.entry.path}
            onClick={() => activate(row)}
            onFocus={() => setAt(row.entry.path)}
            {...drag(row.entry.is_folder ? row.entry.path : folderOf(row.entry.path))}
          >
            {row.entry.is_folder ? <Icon name="chevron" className={row.isOpen ? "is-open" : ""} /> : <span className="icon" />}
            <Icon name={row.entry.is_folder ? "folder" : iconOf(row.entry.path)} className="tree-icon" />
            <span className="tree-name">{row.name}</span>
            <span className="tree-menu" onClick={(event) => event.stopPropagation()}>
              <Menu
                name={`More for ${row.name}`}
                items={[
                  { label: "Rename or move…", keys: "F2", onChoose: () => setNaming({ kind: "move", path: row.entry.path }) },
                  ...(row.entry.is_folder ? [{ label: "New file in it…", icon: "plus" as const, onChoose: () => setNaming({ kind: "file", folder: row.entry.path }) }] : []),
                  { label: "Delete", icon: "trash" as const, keys: "Del", onChoose: () => void desk.edit({ op: "delete", path: row.entry.path }) },
                ]}
              />
            </span>
          </div>
        ))}
        {found.data !== undefined && rows.length === 0 ? <Empty title="No files" /> : null}
        {found.data?.truncated === true ? <p className="muted tree-more">There are more files than are shown.</p> : null}
      </div>
      <Uploads />
      {naming === null ? null : <NameDialog naming={naming} taken={taken} onClose={() => setNaming(null)} />}
    </div>
  );
}

interface TreeActions {
  readonly focus: (path: string | undefined) => void;
  readonly activate: (row: TreeRow) => void;
  readonly rename: () => void;
  readonly remove: () => void;
  readonly toggle: () => void;
}

/** What each key does in a tree. Source: WAI-ARIA Authoring Practices, tree view. */
function keyActions(rows: readonly TreeRow[], index: number, act: TreeActions): Readonly<Record<string, (() => void) | undefined>> {
  const row = rows[index];
  if (row === undefined) return {};
  const { entry, isOpen } = row;
  return {
    ArrowDown: () => act.focus(rows[index + 1]?.entry.path),
    ArrowUp: () => act.focus(rows[index - 1]?.entry.path),
    Home: () => act.focus(rows[0]?.entry.path),
    End: () => act.focus(rows.at(-1)?.entry.path),
    ArrowRight: () => (entry.is_folder && !isOpen ? act.toggle() : entry.is_folder ? act.focus(rows[index + 1]?.entry.path) : undefined),
    ArrowLeft: () => (isOpen ? act.toggle() : act.focus(folderOf(entry.path) || undefined)),
    Enter: () => act.activate(row),
    " ": () => act.activate(row),
    F2: act.rename,
    Delete: act.remove,
  };
}

function iconOf(path: string) {
  if (/\.(parquet|csv|tsv|jsonl|ndjson|duckdb|db)$/i.test(path)) return "database" as const;
  return path.endsWith(".md") ? ("note" as const) : ("file" as const);
}
