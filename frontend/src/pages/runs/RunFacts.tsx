import type { ReactNode } from "react";
import { fieldText } from "../../model/form";
import { duration, plural, size } from "../../model/format";
import { logicalWord, triggerWord } from "../../model/run_page";
import { drivenSeconds, idleSeconds, resourcesOf } from "../../model/runs";
import { IconButton } from "../../ui/Button";
import { Moment } from "../../ui/Moment";
import { copyText } from "../../state/clipboard";
import type { RunView } from "../../wire/schemas";
import { RunState } from "../RunMarks";

/** What a run was asked to do, what started it, and what it took. */
export function RunFacts({ run, now }: { readonly run: RunView; readonly now: number }) {
  const params = Object.entries(run.params);
  return (
    <div className="run-top panel">
      <dl className="run-facts">
        <Fact name="State">
          <RunState state={run.state} />
        </Fact>
        <Took run={run} now={now} />
        <Fact name="Started">
          <Moment at={run.started_at} isExact />
        </Fact>
        <Fact name="Started by">{triggerWord(run.trigger)}</Fact>
        {run.logical_date === null ? null : (
          <Fact name="Stands for">
            <span title={logicalWord(run.logical_date).also}>{logicalWord(run.logical_date).local}</span>
          </Fact>
        )}
        <Fact name="Profile">{run.profile}</Fact>
        <Resources run={run} />
        <Fact name="Run">
          <span className="run-id">
            <span className="mono">{run.id}</span>
            <IconButton name="Copy the run's id" icon="copy" onClick={() => void copyText(run.id, "The run's id is in the clipboard")} />
          </span>
        </Fact>
      </dl>
      {params.length === 0 ? null : (
        <dl className="run-facts run-params" aria-label="Params">
          {params.map(([name, value]) => (
            <Fact key={name} name={name}>
              <span className="mono">{fieldText(value)}</span>
            </Fact>
          ))}
        </dl>
      )}
    </div>
  );
}

function Took({ run, now }: { readonly run: RunView; readonly now: number }) {
  const idle = idleSeconds(run);
  return (
    <Fact name="Took">
      {duration(run.state === "running" ? Math.floor(drivenSeconds(run, now)) : drivenSeconds(run, now))}
      {idle === 0 ? null : (
        <span className="muted" title={`It lay still for ${duration(idle)} in all`}>
          {" "}
          · resumed {run.pauses.length === 1 ? "once" : plural(run.pauses.length, "time")}
        </span>
      )}
    </Fact>
  );
}

function Resources({ run }: { readonly run: RunView }) {
  const { cpuS, peakBytes } = resourcesOf(run);
  return (
    <>
      {cpuS === null ? null : <Fact name="CPU">{duration(cpuS)}</Fact>}
      {peakBytes === null ? null : <Fact name="Most memory of a block">{size(peakBytes)}</Fact>}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
