import { useId, useState } from "react";
import { count, duration, size } from "../../model/format";
import { failureLine } from "../../model/look";
import { partRows, partSeconds, spanOf } from "../../model/run_page";
import type { ProjectWorld } from "../../state/world";
import { Icon, type IconName } from "../../ui/Icon";
import { Note } from "../../ui/Note";
import type { BlockRunView, FailureView, RunView } from "../../wire/schemas";
import { ChecksView } from "../workbench/ChecksView";
import { RunLog } from "./RunLog";

type State = BlockRunView["state"];

const MARKS: Readonly<Record<State, { readonly word: string; readonly icon: IconName; readonly tone: string }>> = {
  waiting: { word: "Waiting", icon: "waiting", tone: "waiting" },
  running: { word: "Running", icon: "running", tone: "running" },
  retrying: { word: "Retrying", icon: "retrying", tone: "retrying" },
  done: { word: "Done", icon: "fresh", tone: "fresh" },
  reused: { word: "Reused", icon: "fresh", tone: "reused" },
  failed: { word: "Failed", icon: "failed", tone: "failed" },
  skipped: { word: "Skipped", icon: "skipped", tone: "skipped" },
  cancelled: { word: "Stopped", icon: "cancelled", tone: "cancelled" },
  unknown: { word: "Unknown", icon: "unknown", tone: "unknown" },
};

interface RunBlockProps {
  readonly home: ProjectWorld;
  readonly run: RunView;
  readonly part: BlockRunView;
  readonly now: number;
  readonly isFirstFailed: boolean;
}

/** One block's row, which opens to what it said and did. */
export function RunBlock({ home, run, part, now, isFirstFailed }: RunBlockProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const details = useId();
  // What failed first is what one has come for; a choice of one's own is kept.
  const isOpen = chosen ?? isFirstFailed;
  const { word, icon, tone } = MARKS[part.state];
  const seconds = partSeconds(part, now);
  const rows = partRows(part);
  return (
    <li className={isOpen ? "run-block is-open" : "run-block"}>
      <button type="button" className="run-block-row" aria-expanded={isOpen} aria-controls={details} onClick={() => setChosen(!isOpen)}>
        <span className={`state state-${tone}`}>
          <Icon name={icon} />
          {word}
        </span>
        <span className="run-block-name mono" title={part.id}>
          {part.id}
        </span>
        <Bar run={run} part={part} now={now} tone={tone} />
        <Figure name="tries">{part.attempt > 1 ? String(part.attempt) : part.attempt === 1 ? "1" : ""}</Figure>
        <Figure name="took">{seconds === null ? "" : duration(seconds)}</Figure>
        <Figure name="rows">{rows === null ? "" : count(rows)}</Figure>
        <Figure name="CPU">{part.usage === null ? "" : duration(part.usage.cpu_s)}</Figure>
        <Figure name="memory">{part.usage?.peak_memory_bytes == null ? "" : size(part.usage.peak_memory_bytes)}</Figure>
        <Icon name="chevron" className="run-block-chevron" />
      </button>
      <div id={details} hidden={!isOpen}>
        {isOpen ? <Details home={home} run={run} part={part} /> : null}
      </div>
    </li>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <span className="runs-number">
      {children === "" ? null : <span className="visually-hidden">{name} </span>}
      {children}
    </span>
  );
}

function Bar({ run, part, now, tone }: { readonly run: RunView; readonly part: BlockRunView; readonly now: number; readonly tone: string }) {
  const span = spanOf(run, part, now);
  return (
    <span className="run-gantt" aria-hidden="true">
      {span === null ? null : <span className={`run-gantt-bar gantt-${tone}`} style={{ left: `${span.left}%`, width: `${span.width}%` }} />}
    </span>
  );
}

function Details({ home, run, part }: { readonly home: ProjectWorld; readonly run: RunView; readonly part: BlockRunView }) {
  const hasChecks = part.checks.length + part.receipts.length > 0;
  const hasRun = part.attempt > 0;
  return (
    <div className="run-details">
      {part.because === "" ? null : <p className="muted">{part.because}</p>}
      {part.failure === null ? null : <FailureWords failure={part.failure} />}
      {part.earlier.map((attempt) => (
        <div key={attempt.attempt} className="run-earlier">
          <p className="muted">Attempt {attempt.attempt} did not last.</p>
          {attempt.failure === null ? null : <FailureWords failure={attempt.failure} />}
        </div>
      ))}
      {hasChecks ? <ChecksView checks={part.checks} receipts={part.receipts} declared={[]} /> : null}
      {hasRun ? <RunLog logbook={home.logbook} run={run.id} block={part.id} isLive={part.state === "running"} /> : null}
      {!hasRun && part.because === "" && part.failure === null ? <p className="muted">It has not begun.</p> : null}
    </div>
  );
}

function FailureWords({ failure }: { readonly failure: FailureView }) {
  return (
    <Note tone="bad">
      <p className="failure-words">{failureLine(failure)}</p>
      {failure.hint === "" ? null : <p className="failure-hint">{failure.hint}</p>}
      {failure.frames.length === 0 ? null : (
        <ol className="frames" aria-label="Where it happened">
          {failure.frames.map((frame, index) => (
            <li key={index}>
              <span className="frame-place">
                {frame.file}:{frame.line} <span className="muted">in {frame.function}</span>
              </span>
              {frame.text === "" ? null : <code>{frame.text.trim()}</code>}
            </li>
          ))}
        </ol>
      )}
    </Note>
  );
}
