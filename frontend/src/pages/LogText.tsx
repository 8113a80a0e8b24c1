import { Fragment, useEffect, useLayoutEffect, useRef, useState } from "react";
import { clock, count, moment } from "../model/format";
import { levelOf } from "../model/log_levels";
import { plainText } from "../model/logs";
import type { LogLine } from "../wire/schemas";

interface LogTextProps {
  readonly name: string;
  /** Which lines these are, of all that there could be: a place in them is none in others. */
  readonly choice: string;
  readonly lines: readonly LogLine[];
  /** How many lines before them are not there any more. */
  readonly dropped: number;
  /** What stands where there are no lines. */
  readonly none: string;
  readonly search: string;
  /** The line to show, each time that somebody asks. */
  readonly jump: { readonly seq: number } | null;
}

/** Where somebody went in some lines. */
interface Place {
  readonly choice: string;
  readonly line: number;
}

const MAX_SHOWN = 2000;
const BEFORE_JUMP = 20;

/** Lines that were printed; it follows the end until one scrolls up or asks for a line. */
export function LogText({ name, choice, lines, dropped, none, search, jump }: LogTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const [place, setPlace] = useState<Place | null>(null);
  /** The number of the first line shown; null shows the last ones. */
  const from = place?.choice === choice ? place.line : null;
  const showFrom = (line: number | null) => setPlace(line === null ? null : { choice, line });
  useLayoutEffect(() => {
    if (isFollowing.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const start = from === null ? Math.max(0, lines.length - MAX_SHOWN) : Math.max(0, Math.min(from, lines.length - 1));
  const shown = lines.slice(start, start + MAX_SHOWN);
  const after = lines.length - start - shown.length;
  useEffect(() => {
    if (jump === null) return undefined;
    isFollowing.current = false;
    const found = lines.findIndex((line) => line.seq === jump.seq);
    const isShown = found >= start && found < start + MAX_SHOWN;
    const timer = setTimeout(() => {
      if (!isShown) showFrom(Math.max(0, found - BEFORE_JUMP));
      requestAnimationFrame(() => box.current?.querySelector(`[data-seq="${jump.seq}"]`)?.scrollIntoView({ block: "center" }));
    });
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- it jumps when asked, not with every line that comes
  }, [jump]);
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
      {start + dropped > 0 ? (
        <div className="log-gap">
          {count(start + dropped)} earlier lines are not shown
          {start > 0 ? (
            <button type="button" className="link-button" onClick={() => showFrom(Math.max(0, start - MAX_SHOWN))}>
              Show earlier
            </button>
          ) : null}
        </div>
      ) : null}
      {shown.length === 0 ? <p className="output-none">{none}</p> : null}
      {shown.map((line) => (
        <div key={line.seq} data-seq={line.seq} className={`log-line log-${line.stream} level-${levelOf(line)}${jump?.seq === line.seq ? " is-found" : ""}`}>
          <time title={`${moment(line.at).local}\n${moment(line.at).utc}`}>{clock(line.at)}</time>
          <span>
            <Marked text={plainText(line.text)} search={search} />
          </span>
        </div>
      ))}
      {after > 0 ? (
        <div className="log-gap">
          {count(after)} later lines are not shown
          <button type="button" className="link-button" onClick={() => showFrom(after > MAX_SHOWN ? start + MAX_SHOWN : null)}>
            Show later
          </button>
        </div>
      ) : null}
    </div>
  );
}

/** A line with what was searched for marked in it. */
function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return <>{text}</>;
  const low = text.toLowerCase();
  const parts: { readonly text: string; readonly isFound: boolean }[] = [];
  let at = 0;
  for (let found = low.indexOf(wanted); found >= 0 && parts.length < 200; found = low.indexOf(wanted, at)) {
    parts.push({ text: text.slice(at, found), isFound: false }, { text: text.slice(found, found + wanted.length), isFound: true });
    at = found + wanted.length;
  }
  return (
    <>
      {parts.map((part, index) => (part.isFound ? <mark key={index}>{part.text}</mark> : <Fragment key={index}>{part.text}</Fragment>))}
      {text.slice(at)}
    </>
  );
}
