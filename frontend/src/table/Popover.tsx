import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from "react";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

interface PopoverProps {
  readonly name: string;
  readonly at: Spot;
  readonly role?: "dialog" | "menu";
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const MARGIN = 8;
const FOCUSABLE = "input, select, textarea, button:not(:disabled), a[href]";

/** A box above everything, at a spot of the window; Escape and a press outside close it, and focus goes back. */
export function Popover({ name, at, role = "dialog", onClose, children }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const before = document.activeElement;
    element.showPopover();
    const place = () => {
      const { width, height } = element.getBoundingClientRect();
      element.style.left = `${Math.max(MARGIN, Math.min(at.x, innerWidth - width - MARGIN))}px`;
      element.style.top = `${Math.max(MARGIN, Math.min(at.y, innerHeight - height - MARGIN))}px`;
    };
    place();
    // A form that grows must not lose its button below the edge of the window.
    const observer = new ResizeObserver(place);
    observer.observe(element);
    element.querySelector<HTMLElement>(FOCUSABLE)?.focus();
    const press = (event: PointerEvent) => {
      if (event.target instanceof Node && !element.contains(event.target)) close.current();
    };
    document.addEventListener("pointerdown", press);
    return () => {
      observer.disconnect();
      document.removeEventListener("pointerdown", press);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [at.x, at.y]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      onClose();
    } else if (role === "menu" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(box.current, event.key === "ArrowDown" ? 1 : -1);
    }
  };
  return (
    <div ref={box} popover="manual" className={`popover popover-${role}`} role={role} aria-label={name} onKeyDown={press}>
      {children}
    </div>
  );
}

function step(box: HTMLElement | null, by: number): void {
  const all = [...(box?.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled), [role=menuitemcheckbox]") ?? [])];
  const index = all.findIndex((item) => item === document.activeElement);
  all[(index + by + all.length) % all.length]?.focus();
}
