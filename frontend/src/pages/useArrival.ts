import { useEffect, useRef } from "react";
import type { Route } from "../model/route";
import { route } from "../state/navigation";
import { useStore } from "../ui/useStore";

const PATIENCE_MS = 3000;

/** Put the focus on the new page where the link that led here is gone with the old one, so that keys and screen readers go on from there. */
export function useArrival(): void {
  const shown = placeOf(useStore(route));
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return undefined;
    before.current = shown;
    const until = performance.now() + PATIENCE_MS;
    const timer = setInterval(() => {
      const isLost = document.activeElement === document.body || document.activeElement === null;
      const heading = document.querySelector<HTMLElement>("h1");
      if (!isLost || performance.now() > until) clearInterval(timer);
      else if (heading !== null) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        clearInterval(timer);
      }
    }, 50);
    return () => clearInterval(timer);
  }, [shown]);
}

/** The page without what of it may change in place. */
function placeOf(shown: Route): string {
  return shown.page === "pipeline" ? `${shown.project}/${shown.pipeline}` : JSON.stringify(shown);
}
