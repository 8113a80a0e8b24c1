import type { MouseEvent, ReactNode } from "react";
import { goTo } from "../state/navigation";

interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly title?: string;
}

/** A link within the app: followed without loading the page anew, unless a new tab is asked for. */
export function Link({ to, children, className, title }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to} className={className} title={title} onClick={follow}>
      {children}
    </a>
  );
}
