import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { moment } from "../../model/format";
import { runPath } from "../../model/route";
import { type Firing, firingWord, scheduleWord, until } from "../../model/run_page";
import { tellFailure } from "../../state/notices";
import { keys, scheduleQuery } from "../../state/queries";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import { Code } from "../../ui/Code";
import { Icon } from "../../ui/Icon";
import { Note } from "../../ui/Note";
import { useNow } from "../../ui/useNow";
import type { ScheduleView } from "../../wire/schemas";
import { Link } from "../Link";
import "./runs.css";

interface SchedulePanelProps {
  readonly world: World;
  readonly project: string;
  readonly pipeline: string;
}

const SHOWN_TICKS = 8;

/** When a pipeline runs by itself: its next times, pausing it, and what became of the last. */
export function SchedulePanel({ world, project, pipeline }: SchedulePanelProps) {
  const found = useQuery(scheduleQuery(world.client, project, pipeline));
  if (found.isError) return <Note tone="bad">The schedule could not be read: {found.error.message}</Note>;
  if (found.data === undefined) return <p className="muted schedule-wait" aria-busy="true">Reading…</p>;
  if (found.data === null) return <HowToWrite pipeline={pipeline} />;
  return <Schedule world={world} project={project} schedule={found.data} />;
}

function Schedule({ world, project, schedule }: { readonly world: World; readonly project: string; readonly schedule: ScheduleView }) {
  const now = useNow(10_000);
  return (
    <div className="schedule">
      <div className="schedule-top">
        <span className={`state ${schedule.is_paused || !schedule.is_enabled ? "state-stale" : "state-fresh"}`}>
          <Icon name={schedule.is_paused || !schedule.is_enabled ? "pause" : "clock"} />
          {scheduleWord(schedule, now)}
        </span>
        {schedule.is_enabled ? <PauseButton world={world} project={project} schedule={schedule} /> : null}
      </div>
      <p className="schedule-words">{schedule.words}</p>
      {schedule.cron === null ? null : <p className="mono muted">{schedule.cron}</p>}
      {schedule.is_enabled ? null : <p className="muted">Its file says enabled: false.</p>}
      {schedule.is_trusted ? null : <Note tone="warn">Schedules start once you have run this project here.</Note>}
      {schedule.is_failing ? <Note tone="bad">Its last run failed.</Note> : null}
      {schedule.next.length === 0 ? null : (
        <>
          <h3>Next</h3>
          <ol className="schedule-times">
            {schedule.next.map((at) => (
              <li key={at}>
                <time dateTime={new Date(at * 1000).toISOString()} title={moment(at).utc}>
                  {moment(at).local}
                </time>
                <span className="muted">{until(at, now)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
      <Ticks ticks={schedule.recent} project={project} />
      <Alerts alerts={schedule.alerts} />
    </div>
  );
}

function PauseButton({ world, project, schedule }: { readonly world: World; readonly project: string; readonly schedule: ScheduleView }) {
  const [isMoving, setMoving] = useState(false);
  const move = async () => {
    setMoving(true);
    try {
      const moved = await world.client.moveSchedule(project, schedule.pipeline, schedule.is_paused ? "resume" : "pause");
      world.queries.setQueryData(keys.schedule(project, schedule.pipeline), moved);
    } catch (failed) {
      tellFailure(schedule.is_paused ? "The schedule was not resumed" : "The schedule was not paused", failed);
    } finally {
      setMoving(false);
    }
  };
  return (
    <Button
      icon={schedule.is_paused ? "play" : "pause"}
      isDisabled={isMoving}
      title={schedule.is_paused ? "Go on from now; what passed meanwhile is not caught up with" : "Start no run by itself until it is resumed"}
      onClick={() => void move()}
    >
      {schedule.is_paused ? "Resume" : "Pause"}
    </Button>
  );
}

function Ticks({ ticks, project }: { readonly ticks: readonly Firing[]; readonly project: string }) {
  if (ticks.length === 0) return null;
  return (
    <>
      <h3>Last</h3>
      <ol className="schedule-times">
        {ticks.slice(0, SHOWN_TICKS).map((tick) => (
          <li key={tick.at}>
            <time dateTime={new Date(tick.at * 1000).toISOString()} title={moment(tick.at).utc}>
              {moment(tick.at).local}
            </time>
            {tick.run === null || tick.state === "refused" || tick.state === "pending" || tick.state === "skipped" ? (
              <span className="muted">{firingWord(tick)}</span>
            ) : (
              <Link to={runPath(project, tick.run)}>{firingWord(tick)}</Link>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

const LETTER_WORDS = { waiting: "on its way", sent: "sent", given_up: "did not arrive" } as const;

function Alerts({ alerts }: { readonly alerts: ScheduleView["alerts"] }) {
  if (alerts.length === 0) return null;
  return (
    <>
      <h3>Alerts</h3>
      <ul className="schedule-times">
        {alerts.slice(0, SHOWN_TICKS).map((alert, index) => (
          <li key={index}>
            <span>{alert.title}</span>
            <span className={alert.state === "given_up" ? "state state-failed" : "muted"} title={alert.why}>
              {LETTER_WORDS[alert.state]}
              {alert.state === "waiting" && alert.attempts > 0 ? `, attempt ${alert.attempts + 1}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const EXAMPLE = `schedule:
  cron: "0 6 * * *"
  timezone: Europe/Berlin`;

function HowToWrite({ pipeline }: { readonly pipeline: string }) {
  return (
    <div className="schedule">
      <p>It runs only when somebody starts it.</p>
      <p className="muted">To have it run by itself, write into pipelines/{pipeline}.yaml:</p>
      <Code text={EXAMPLE} name="A schedule" />
      <p className="muted">
        Or <code className="mono">every: 15m</code>.
      </p>
    </div>
  );
}
