import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { runsPath } from "../../model/route";
import { scheduleWord } from "../../model/run_page";
import { scheduleQuery } from "../../state/queries";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { useNow } from "../../ui/useNow";
import { Link } from "../Link";
import { useBench } from "./bench";

const SchedulePanel = lazy(async () => ({ default: (await import("../runs/SchedulePanel")).SchedulePanel }));

/** When the pipeline runs by itself next; opens to its schedule and leads to its runs. */
export function ScheduleMark() {
  const { world, project, pipeline } = useBench();
  const found = useQuery(scheduleQuery(world.client, project, pipeline));
  const [isOpen, setOpen] = useState(false);
  const now = useNow(10_000);
  const schedule = found.data ?? null;
  const isQuiet = schedule !== null && (schedule.is_paused || !schedule.is_enabled);
  const word = schedule === null ? "Schedule: none" : scheduleWord(schedule, now);
  return (
    <>
      <button
        type="button"
        className={schedule === null ? "icon-button" : `schedule-mark ${isQuiet ? "is-quiet" : ""}`}
        aria-label={schedule === null ? word : `Schedule: ${word}`}
        title={schedule === null ? "Schedule: it runs only when somebody starts it" : `Schedule: ${schedule.words}`}
        onClick={() => setOpen(true)}
      >
        <Icon name={isQuiet ? "pause" : "clock"} />
        {schedule === null ? null : <span className="schedule-mark-word">{word}</span>}
      </button>
      <Link to={runsPath(project, pipeline)} className="icon-button">
        <Icon name="history" />
        <span className="visually-hidden">Runs of {pipeline}</span>
      </Link>
      {isOpen ? (
        <Dialog title="Schedule" className="dialog-narrow" onClose={() => setOpen(false)}>
          <div className="dialog-body">
            <Suspense fallback={<p aria-busy="true">Reading…</p>}>
              <SchedulePanel world={world} project={project} pipeline={pipeline} />
            </Suspense>
            <p>
              <Link to={runsPath(project, pipeline)}>All runs of {pipeline}</Link>
            </p>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
