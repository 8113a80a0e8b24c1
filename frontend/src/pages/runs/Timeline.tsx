import { useMemo } from "react";
import { plural } from "../../model/format";
import { firstFailed } from "../../model/runs";
import { rowsOf, scaleOf } from "../../model/timeline";
import type { ProjectWorld } from "../../state/world";
import type { RunCode, RunView } from "../../wire/schemas";
import { Pauses } from "./RunBar";
import { RunBlock } from "./RunBlock";
import type { Shared } from "./shared";

interface TimelineProps {
  readonly home: ProjectWorld;
  readonly run: RunView;
  readonly now: number;
  readonly code: RunCode | null;
}

/** What each block did when, as bars over the run's time; a block opens to what it said and did. */
export function Timeline({ home, run, now, code }: TimelineProps) {
  const failed = firstFailed(run);
  const scale = scaleOf(run, now);
  const upstream = useMemo(() => (code === null ? null : new Map(code.blocks.map((block) => [block.id, block.upstream]))), [code]);
  const shared: Shared = { home, run, scale, now, upstream };
  const rows = rowsOf(run);
  return (
    <div className="timeline">
      <h2 className="visually-hidden">{plural(rows.length, "block")}</h2>
      <ul className="run-blocks" aria-label="Blocks">
        <li className="run-block-head" aria-hidden="true">
          <span>State</span>
          <span>Block</span>
          <span className="run-axis">
            <Pauses scale={scale} />
            {scale.ticks.map((tick) => (
              <span key={`${tick.at}`} className="run-tick" style={{ left: `${tick.at}%` }}>
                {tick.label}
              </span>
            ))}
          </span>
          <span className="runs-number">Tries</span>
          <span className="runs-number">Took</span>
          <span className="runs-number">Rows</span>
          <span className="runs-number">CPU</span>
          <span className="runs-number">Memory</span>
        </li>
        {rows.map((row) => (
          <RunBlock key={row.part.id} shared={shared} row={row} isFirstFailed={row.part.id === failed} />
        ))}
      </ul>
      <p className="run-legend muted" aria-hidden="true">
        <span className="run-key is-waiting" /> waited for its turn
        <span className="run-key is-retry" /> waited to be tried again
        <span className="run-key is-reused" /> taken from store
        {run.pauses.length === 0 ? null : (
          <>
            <span className="run-key is-pause" /> lay still until it was resumed
          </>
        )}
      </p>
    </div>
  );
}
