import { IconButton } from "./Button";
import { Words } from "./Words";

interface Toast {
  readonly id: number;
  readonly tone: "plain" | "trouble";
  readonly text: string;
  readonly hint: string;
}

interface ToastsProps {
  readonly toasts: readonly Toast[];
  readonly onDismiss: (id: number) => void;
}

/** What the user is told at the edge of the screen, read out as it comes. */
export function Toasts({ toasts, onDismiss }: ToastsProps) {
  return (
    <div className="toasts" role="status" aria-label="Notices" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.tone}`}>
          <div>
            <p><Words text={toast.text} /></p>
            {toast.hint === "" ? null : <p className="toast-hint"><Words text={toast.hint} /></p>}
          </div>
          <IconButton name="Dismiss" icon="close" onClick={() => onDismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
