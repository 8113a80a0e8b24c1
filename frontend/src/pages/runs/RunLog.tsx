import { useEffect, useState } from "react";
import { plural } from "../../model/format";
import { linesWith } from "../../model/run_page";
import type { Logbook } from "../../state/logbook";
import { tellFailure } from "../../state/notices";
import { useStore } from "../../ui/useStore";
import { LogText } from "../LogText";

interface RunLogProps {
  readonly logbook: Logbook;
  readonly run: string;
  readonly block: string;
  readonly isLive: boolean;
}

/** What a block printed in a run, with a search. */
export function RunLog({ logbook, run, block, isLive }: RunLogProps) {
  const text = useStore(logbook.of(run, block));
  const [search, setSearch] = useState("");
  useEffect(() => {
    logbook.read(run, block).catch((failed: unknown) => tellFailure("The log could not be read", failed));
  }, [logbook, run, block, isLive]);
  const found = linesWith(text.lines, search);
  if (text.lines.length === 0) return <p className="muted">{isLive ? "Nothing printed yet." : "It printed nothing."}</p>;
  return (
    <div className="run-log">
      <div className="run-log-bar">
        <input
          className="input"
          type="search"
          aria-label={`Search the log of ${block}`}
          placeholder="Search the log"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="muted" role="status">
          {search.trim() === "" ? plural(text.lines.length, "line") : `${plural(found.length, "line")} of ${text.lines.length}`}
        </span>
      </div>
      <LogText name={`Log of ${block}`} lines={found} dropped={search === "" ? text.dropped : 0} none="No line has that text." />
    </div>
  );
}
