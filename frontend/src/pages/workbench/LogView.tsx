import { useEffect, useLayoutEffect, useRef } from "react";
import { clock, count } from "../../model/format";
import { plainText } from "../../model/logs";
import { tellFailure } from "../../state/notices";
import { useStore } from "../../ui/useStore";
import { useBench } from "./bench";

interface LogViewProps {
  readonly block: string;
  readonly run: string | null;
  readonly isLive: boolean;
}

const MAX_SHOWN = 2000;

/** What a block printed, and as it prints; it follows the end until one scrolls up. */
export function LogView({ block, run, isLive }: LogViewProps) {
  const { home } = useBench();
  const text = useStore(home.logbook.of(run, block));
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  useEffect(() => {
    if (run !== null) home.logbook.read(run, block).catch((failed: unknown) => tellFailure("The log could not be read", failed));
  }, [home, run, block, isLive]);
  useLayoutEffect(() => {
    if (isFollowing.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  const shown = text.lines.slice(-MAX_SHOWN);
  const hidden = text.lines.length - shown.length + text.dropped;
  return (
    <div
      className="log"
      ref={box}
      role="log"
      aria-label={`Log of ${block}`}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isFollowing.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {hidden > 0 ? <div className="log-gap">{count(hidden)} earlier lines are not shown</div> : null}
      {shown.length === 0 ? <p className="output-none">{isLive ? "Nothing printed yet." : "It printed nothing."}</p> : null}
      {shown.map((line) => (
        <div key={line.seq} className={`log-line log-${line.stream}`}>
          <time>{clock(line.at)}</time>
          <span>{plainText(line.text)}</span>
        </div>
      ))}
    </div>
  );
}
