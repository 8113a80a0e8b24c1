import { duration, moment } from "../model/format";
import { triggerWord } from "../model/run_page";
import { runLabel, runSeconds, stripHeights } from "../model/runs";
import { Icon, type IconName } from "../ui/Icon";
import { Moment } from "../ui/Moment";
import type { RunSummary } from "../wire/schemas";
import { Link } from "./Link";

const ICONS: Readonly<Record<RunSummary["state"], IconName>> = {
  running: "running",
  done: "fresh",
  failed: "failed",
  cancelled: "cancelled",
};

export function RunState({ state }: { readonly state: RunSummary["state"] }) {
  const tone = { running: "running", done: "fresh", failed: "failed", cancelled: "cancelled" }[state];
  return (
    <span className={`state state-${tone}`}>
      <Icon name={ICONS[state]} />
      {runLabel(state)}
    </span>
  );
}

/** The last runs as bars: as high as they took long, coloured by how they ended. The newest is at the right. */
export function RunStrip({ runs }: { readonly runs: readonly RunSummary[] }) {
  if (runs.length === 0) return <span className="run-strip muted">not run yet</span>;
  const shown = runs.slice(0, 20).reverse();
  const heights = stripHeights(shown);
  const newest = runs[0];
  return (
    <span className="run-strip" role="img" aria-label={newest === undefined ? "" : `Last run ${runLabel(newest.state)}`}>
      {shown.map((run, index) => (
        <span
          key={run.id}
          className={`run-bar run-${run.state}`}
          style={{ height: `${heights[index] ?? 4}px` }}
          title={`${runLabel(run.state)} · ${moment(run.started_at).local} · ${duration(runSeconds(run) ?? 0)}`}
        />
      ))}
    </span>
  );
}

export function RunRow({ run, to }: { readonly run: RunSummary; readonly to: string }) {
  const took = runSeconds(run);
  return (
    <li className="run-row">
      <RunState state={run.state} />
      <Link to={to}>{run.pipeline}</Link>
      <span className="muted">{triggerWord(run.trigger)}</span>
      <span className="run-took">{took === null ? "" : duration(took)}</span>
      <span className="run-when muted">
        <Moment at={run.started_at} />
      </span>
    </li>
  );
}
