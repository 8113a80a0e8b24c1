import { duration } from "../../model/format";
import { placeOn, type Stretch, type TimeScale } from "../../model/timeline";

interface RunBarProps {
  readonly scale: TimeScale;
  readonly stretches: readonly Stretch[];
}

/** When a block waited and when it ran, an attempt a bar; what lies behind says when nobody drove the run. */
export function RunBar({ scale, stretches }: RunBarProps) {
  return (
    <span className="run-gantt" aria-hidden="true">
      <Pauses scale={scale} />
      {stretches.map((stretch, index) => {
        const left = placeOn(scale, stretch.from);
        const width = Math.max(placeOn(scale, stretch.to) - left, stretch.kind === "attempt" ? 0.4 : 0);
        return (
          <span
            key={index}
            className={stretch.kind === "attempt" ? `run-gantt-bar gantt-${stretch.state}` : `run-gantt-wait is-${stretch.kind}`}
            style={{ left: `${Math.min(left, 99.6)}%`, width: `${width}%` }}
            title={titleOf(stretch)}
          />
        );
      })}
    </span>
  );
}

/** Where nobody drove the run. */
export function Pauses({ scale }: { readonly scale: TimeScale }) {
  return scale.pieces
    .filter((piece) => piece.isPause)
    .map((piece) => (
      <span
        key={piece.from}
        className="run-gantt-pause"
        style={{ left: `${piece.left}%`, width: `${piece.width}%` }}
        title={`Lay still for ${duration(piece.to - piece.from)}, until it was resumed`}
      />
    ));
}

function titleOf({ kind, attempt, from, to }: Stretch): string {
  const took = duration(to - from);
  if (kind === "attempt") return `Attempt ${attempt}: ${took}`;
  return kind === "retry" ? `Waited ${took} to be tried again` : `Waited ${took} for its turn`;
}
