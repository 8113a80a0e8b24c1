import { useMemo } from "react";
import { duration } from "../../model/format";
import { BOX, drawingOf, type Corner } from "../../model/run_drawing";
import { partSeconds } from "../../model/run_page";
import { Empty } from "../../ui/Note";
import { KindMark } from "../../ui/Kind";
import type { RunCode, RunView } from "../../wire/schemas";
import { PartState } from "../PartState";

interface RunGraphProps {
  readonly run: RunView;
  readonly code: RunCode | null;
  readonly now: number;
  readonly onOpen: (block: string) => void;
}

/** The pipeline as it was in the run, each block in the colour of how it did; a click opens its row in the timeline. */
export function RunGraph({ run, code, now, onOpen }: RunGraphProps) {
  const drawing = useMemo(() => drawingOf(code?.blocks.filter((block) => block.kind !== "note") ?? []), [code]);
  if (code === null) return <p className="muted run-wait" aria-busy="true">Reading…</p>;
  if (drawing.corners.size === 0) return <Empty title="The pipeline of this run is no longer kept" />;
  const { width, height, corners, edges } = drawing;
  return (
    <div className="run-graph" role="region" aria-label="Graph of the run" tabIndex={0}>
      <div className="run-graph-room" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {edges.map(({ upstream, downstream }) => (
            <path key={`${upstream} ${downstream}`} className="run-edge" d={curve(corners.get(upstream), corners.get(downstream))} />
          ))}
        </svg>
        {code.blocks.map((block) => {
          const corner = corners.get(block.id);
          const part = run.blocks.find((one) => one.id === block.id);
          if (corner === undefined) return null;
          const seconds = part === undefined ? null : partSeconds(part, now);
          return (
            <button
              key={block.id}
              type="button"
              className={`run-node ${part === undefined ? "is-left-out" : `part-${part.state}`}`}
              style={{ left: corner.x, top: corner.y, width: BOX.width, height: BOX.height }}
              disabled={part === undefined}
              onClick={() => onOpen(block.id)}
            >
              <span className="run-node-name" title={block.id}>
                <KindMark kind={block.kind} />
                <span>{block.id}</span>
              </span>
              <span className="run-node-foot">
                {part === undefined ? <span className="state">Not in this run</span> : <PartState state={part.state} />}
                {seconds === null ? null : <span className="muted">{duration(seconds)}</span>}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function curve(from: Corner | undefined, to: Corner | undefined): string {
  if (from === undefined || to === undefined) return "";
  const start = { x: from.x + BOX.width, y: from.y + BOX.height / 2 };
  const end = { x: to.x, y: to.y + BOX.height / 2 };
  const bend = Math.max(24, (end.x - start.x) / 2);
  return `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
}
