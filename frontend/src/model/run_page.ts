import type { BlockRunView, LogLine, RunSummary, ScheduleView } from "../wire/schemas";
import { moment } from "./format";
import { plainText } from "./logs";

export const RUN_STATES = ["running", "done", "failed", "cancelled"] as const satisfies readonly RunSummary["state"][];

const TRIGGERS: Readonly<Record<string, string>> = { manual: "by hand", command: "command line", schedule: "schedule" };

/** Say what started a run. */
export function triggerWord(trigger: string): string {
  return TRIGGERS[trigger] ?? trigger;
}

/** Write the moment that a scheduled run stands for in the user's zone; the schedule's own zone and UTC are for the tooltip. */
export function logicalWord(logicalDate: string): { readonly local: string; readonly also: string } {
  const at = Date.parse(logicalDate);
  if (Number.isNaN(at)) return { local: logicalDate, also: "" };
  const { local, utc } = moment(at / 1000);
  return { local, also: `${logicalDate.replace("T", " ").replace(/(?=[+-]\d\d:\d\d$)/, " ")}\n${utc}` };
}

export function partSeconds(part: BlockRunView, now: number): number | null {
  if (part.started_at === null) return null;
  if (part.ended_at !== null) return part.ended_at - part.started_at;
  return part.state === "running" ? Math.max(0, now - part.started_at) : null;
}

/** How many rows a block gave: of its first table, or as the run counted what it wrote elsewhere. */
export function partRows(part: BlockRunView): number | null {
  return part.outputs.find((output) => output.rows !== null)?.rows ?? part.usage?.rows ?? null;
}

/** The lines that have a text in them, whatever its case; all where it is empty. */
export function linesWith(lines: readonly LogLine[], text: string): readonly LogLine[] {
  const wanted = text.trim().toLowerCase();
  return wanted === "" ? lines : lines.filter((line) => plainText(line.text).toLowerCase().includes(wanted));
}

const SKIPPED: Readonly<Record<string, string>> = {
  missed: "nobody was there to start it",
  overlap: "the run before was still going",
  queue_full: "too many runs were waiting",
  paused: "the schedule was paused",
  replaced: "the schedule was changed",
};

export type Firing = ScheduleView["recent"][number];

/** Say what became of a tick. */
export function firingWord(firing: Firing): string {
  switch (firing.state) {
    case "pending":
      return "waits for its start";
    case "started":
      return "running";
    case "ended":
      return "ran";
    case "refused":
      return `could not start: ${firing.reason}`;
    case "skipped":
      return firing.ticks === 1 ? `skipped: ${SKIPPED[firing.reason] ?? firing.reason}` : `${skippedCount(firing)} skipped: ${SKIPPED[firing.reason] ?? firing.reason}`;
  }
}

function skippedCount(firing: Firing): string {
  return firing.ticks >= 10_000 ? "10 000 or more times" : `${firing.ticks} times`;
}

/** Say how long it is until a moment, both in seconds since the epoch: in 4 min, in 3 h. */
export function until(then: number, now: number): string {
  const left = then - now;
  if (left < 60) return left < 1 ? "now" : "in less than a minute";
  if (left < 3600) return `in ${Math.round(left / 60)} min`;
  if (left < 48 * 3600) return `in ${Math.round(left / 3600)} h`;
  return `in ${Math.round(left / 86_400)} days`;
}

/** How a schedule stands, in a word or two. */
export function scheduleWord(schedule: ScheduleView, now: number): string {
  if (!schedule.is_enabled) return "Switched off";
  if (schedule.is_paused) return "Paused";
  if (!schedule.is_trusted) return "Waits for a first run here";
  const [next] = schedule.next;
  return next === undefined ? "No next run" : `Runs ${until(next, now)}`;
}
