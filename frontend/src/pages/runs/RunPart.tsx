import { attemptsWord, earlierAttempts, sentence } from "../../model/attempts";
import { duration, moment } from "../../model/format";
import { failureLine } from "../../model/look";
import { Words } from "../../ui/Words";
import type { BlockRunView } from "../../wire/schemas";
import { FailureWords } from "../FailureWords";
import { PartState } from "../PartState";
import { ChecksView } from "../workbench/ChecksView";
import type { Shared } from "./shared";
import { RunLog } from "./RunLog";

interface RunPartProps {
  readonly shared: Shared;
  readonly part: BlockRunView;
  /** Whether its items tell what happened, each for itself. */
  readonly hasItems?: boolean;
}

/** What a block said and did in a run, its attempts one after the other. */
export function RunPart({ shared, part, hasItems = false }: RunPartProps) {
  const hasChecks = part.checks.length + part.receipts.length > 0;
  const hasRun = part.attempt > 0;
  return (
    <div className="run-details">
      {part.because === "" ? null : <p className="muted">{sentence(part.because)}</p>}
      {part.failure === null ? null : hasItems ? <p className="run-why">{failureLine(part.failure)}</p> : <FailureWords failure={part.failure} />}
      <Earlier part={part} />
      {hasChecks ? <ChecksView checks={part.checks} receipts={part.receipts} declared={[]} /> : null}
      {hasRun && !hasItems ? <RunLog logbook={shared.home.logbook} run={shared.run.id} block={part.id} isLive={part.state === "running"} /> : null}
      {!hasRun && part.because === "" && part.failure === null ? <p className="muted">It has not begun.</p> : null}
    </div>
  );
}

function Earlier({ part }: { readonly part: BlockRunView }) {
  const earlier = earlierAttempts(part);
  if (earlier.length === 0) return null;
  return (
    <ol className="run-attempts" aria-label={`Earlier attempts of ${part.id}`}>
      {earlier.map((one) => (
        <li key={one.first}>
          <PartState state={one.state} />
          <strong>{attemptsWord(one)}</strong>
          <span className="muted runs-number">
            {one.startedAt === null ? null : <time title={moment(one.startedAt).utc}>{moment(one.startedAt).local}</time>}
            {one.seconds === null ? "" : ` · ${duration(one.seconds)}`}
          </span>
          <span className="run-attempt-why">
            {part.failure !== null && one.why === failureLine(part.failure) ? "It failed in the same way." : <Words text={one.why} />}
          </span>
        </li>
      ))}
    </ol>
  );
}
