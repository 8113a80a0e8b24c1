import { Icon, type IconName } from "../ui/Icon";
import type { BlockRunView } from "../wire/schemas";

type State = BlockRunView["state"];

const MARKS: Readonly<Record<State, { readonly word: string; readonly icon: IconName; readonly tone: string }>> = {
  waiting: { word: "Waiting", icon: "waiting", tone: "waiting" },
  running: { word: "Running", icon: "running", tone: "running" },
  retrying: { word: "Retrying", icon: "retrying", tone: "retrying" },
  done: { word: "Done", icon: "done", tone: "fresh" },
  reused: { word: "Reused", icon: "reused", tone: "reused" },
  failed: { word: "Failed", icon: "failed", tone: "failed" },
  skipped: { word: "Skipped", icon: "skipped", tone: "skipped" },
  cancelled: { word: "Stopped", icon: "cancelled", tone: "cancelled" },
  unknown: { word: "Unknown", icon: "unknown", tone: "unknown" },
};

export function partWord(state: State): string {
  return MARKS[state].word;
}

/** How a block did in a run: a sign and a word. */
export function PartState({ state }: { readonly state: State }) {
  const { word, icon, tone } = MARKS[state];
  return (
    <span className={`state state-${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
