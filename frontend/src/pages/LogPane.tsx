import { useMemo, useState } from "react";
import { count, plural } from "../model/format";
import { isChosen, LOG_CHOICES, levelOf, type LogChoice, logFileText } from "../model/log_levels";
import type { LogText as Text } from "../model/logs";
import { linesWith } from "../model/run_page";
import { saveAs } from "../state/saving";
import { Button, IconButton } from "../ui/Button";
import { LogText } from "./LogText";

interface LogPaneProps {
  /** What the log is of, for names and for the file. */
  readonly of: string;
  /** The run that printed it; null where there was none. */
  readonly run: string | null;
  readonly text: Text;
  readonly isLive: boolean;
}

/** What was printed: searched, only the grave of it, from the first error on, or kept as a file. */
export function LogPane({ of, run, text, isLive }: LogPaneProps) {
  const [search, setSearch] = useState("");
  const [choice, setChoice] = useState<LogChoice>("all");
  const [jump, setJump] = useState<{ readonly run: string | null; readonly seq: number } | null>(null);
  const found = useMemo(() => linesWith(text.lines, search).filter((line) => isChosen(line, choice)), [text.lines, search, choice]);
  const firstError = useMemo(() => found.find((line) => levelOf(line) === "error") ?? null, [found]);
  if (text.lines.length === 0) return <p className="output-none">{isLive ? "Nothing printed yet." : "It printed nothing."}</p>;
  const isWhole = search.trim() === "" && choice === "all";
  return (
    <div className="log-pane">
      <div className="log-bar">
        <input
          className="input"
          type="search"
          aria-label={`Search the log of ${of}`}
          placeholder="Search the log"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="state-filter" role="group" aria-label={`Lines of ${of} that are shown`}>
          {LOG_CHOICES.map(({ id, name }) => (
            <button key={id} type="button" className="state-choice" aria-pressed={choice === id} onClick={() => setChoice(id)}>
              {name}
            </button>
          ))}
        </div>
        <span className="muted log-count" role="status">
          {isWhole ? plural(text.lines.length, "line") : `${plural(found.length, "line")} of ${count(text.lines.length)}`}
        </span>
        {firstError === null ? null : (
          <Button icon="down" look="quiet" onClick={() => setJump({ run, seq: firstError.seq })}>
            First error
          </Button>
        )}
        <IconButton
          name={`Save the log of ${of}`}
          icon="download"
          title="Save the log as a file"
          onClick={() => saveAs(`${of}.log`, logFileText(text.lines))}
        />
      </div>
      <LogText
        name={`Log of ${of}`}
        choice={`${run}/${choice}/${search}`}
        lines={found}
        dropped={isWhole ? text.dropped : 0}
        none="No line is like that."
        search={search}
        jump={jump?.run === run ? jump : null}
      />
    </div>
  );
}
