import type { ReactNode } from "react";
import { Icon } from "./Icon";

interface NoteProps {
  readonly tone: "plain" | "warn" | "bad";
  readonly children: ReactNode;
  readonly isLive?: boolean;
}

/** A line that tells of a state: plain, a warning, or trouble. */
export function Note({ tone, children, isLive = false }: NoteProps) {
  return (
    <div className={`note note-${tone}`} role={isLive ? (tone === "bad" ? "alert" : "status") : undefined}>
      {tone === "plain" ? null : <Icon name="warning" />}
      <div className="note-text">{children}</div>
    </div>
  );
}

/** What stands where there is nothing yet: what it is, and how to begin. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <div className="empty-text">{children}</div>}
    </div>
  );
}
