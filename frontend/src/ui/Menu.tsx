import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon, type IconName } from "./Icon";

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly isDisabled?: boolean;
}

/** A button that opens a list of things to do. */
export function Menu({ name, items }: { readonly name: string; readonly items: readonly MenuItem[] }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const menuId = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    box.current?.querySelector<HTMLButtonElement>("[role=menuitem]:not(:disabled)")?.focus();
    const close = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, [isOpen]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") close(event);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event, event.key === "ArrowDown" ? 1 : -1);
  };
  const close = (event: KeyboardEvent) => {
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  const step = (event: KeyboardEvent, by: number) => {
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll<HTMLButtonElement>("[role=menuitem]:not(:disabled)") ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <div className="menu" ref={box} onKeyDown={isOpen ? press : undefined}>
      <button
        type="button"
        className="icon-button"
        aria-label={name}
        title={name}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={menuId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen ? (
        <div className="menu-list" role="menu" id={menuId} aria-label={name}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              className="menu-item"
              disabled={item.isDisabled ?? false}
              onClick={() => {
                // Before it is gone: a dialog gives the focus back to what had it.
                box.current?.querySelector("button")?.focus();
                setOpen(false);
                item.onChoose();
              }}
            >
              {item.icon === undefined ? <span className="icon" /> : <Icon name={item.icon} />}
              <span>{item.label}</span>
              {item.keys === undefined ? null : <kbd>{item.keys}</kbd>}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
