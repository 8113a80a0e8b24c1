import { useLayoutEffect, useRef } from "react";
import { clock, count } from "../model/format";
import { plainText } from "../model/logs";
import type { LogLine } from "../wire/schemas";

interface LogTextProps {
  readonly name: string;
  readonly lines: readonly LogLine[];
  /** How many lines before them are not there any more. */
  readonly dropped: number;
  /** What stands where there are no lines. */
  readonly none: string;
}

const MAX_SHOWN = 2000;

/** Lines that were printed; it follows the end until one scrolls up. */
export function LogText({ name, lines, dropped, none }: LogTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  useLayoutEffect(() => {
    if (isFollowing.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const shown = lines.slice(-MAX_SHOWN);
  const hidden = lines.length - shown.length + dropped;
  return (
    <div
      className="log"
      ref={box}
      role="log"
      aria-label={name}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isFollowing.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {hidden > 0 ? <div className="log-gap">{count(hidden)} earlier lines are not shown</div> : null}
      {shown.length === 0 ? <p className="output-none">{none}</p> : null}
      {shown.map((line) => (
        <div key={line.seq} className={`log-line log-${line.stream}`}>
          <time>{clock(line.at)}</time>
          <span>{plainText(line.text)}</span>
        </div>
      ))}
    </div>
  );
}
