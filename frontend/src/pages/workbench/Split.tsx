import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { remembered } from "../../state/remembered";
import { useStore } from "../../ui/useStore";

interface SplitProps {
  readonly shown: "graph" | "both" | "notebook";
  readonly left: ReactNode;
  readonly children: ReactNode;
}

const share = remembered("split", "42");
const held = (percent: number) => Math.min(70, Math.max(24, percent));

/** Two panes side by side with a bar between that is dragged or moved by arrow keys; or one of them alone. */
export function Split({ shown, left, children }: SplitProps) {
  const box = useRef<HTMLDivElement>(null);
  const percent = held(Number(useStore(share)) || 42);
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const frame = box.current?.getBoundingClientRect();
    if (frame === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    share.set(held((100 * (event.clientX - frame.left)) / frame.width).toFixed(1));
  };
  const press = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? -2 : event.key === "ArrowRight" ? 2 : 0;
    if (by !== 0) share.set(String(held(percent + by)));
  };
  if (shown === "graph") return <div className="split">{left}</div>;
  if (shown === "notebook") return <div className="split">{children}</div>;
  return (
    <div className="split" ref={box}>
      <div className="split-left" style={{ width: `${percent}%` }}>
        {left}
      </div>
      <div
        className="split-bar"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the graph"
        aria-valuenow={Math.round(percent)}
        aria-valuemin={24}
        aria-valuemax={70}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={press}
      />
      {children}
    </div>
  );
}
