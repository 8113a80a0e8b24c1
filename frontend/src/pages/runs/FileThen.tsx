import { useMemo, useState } from "react";
import { diffLines } from "../../model/diff";
import type { CodeThenAndNow } from "../../wire/schemas";

/** Of the two sides of a difference the first, here the run's, is what was taken out. */
const LOOKS = { both: { sign: " ", look: "both" }, mine: { sign: "−", look: "theirs" }, theirs: { sign: "+", look: "mine" } } as const;

/** A file as it was in a run; where it has changed since, what was taken out and put in. */
export function FileThen({ file }: { readonly file: CodeThenAndNow }) {
  const { then, now, path } = file;
  const isChanged = then !== now;
  const [isDiff, setDiff] = useState(isChanged);
  const lines = useMemo(() => diffLines(then ?? "", now ?? ""), [now, then]);
  return (
    <div className="run-file-text">
      {isChanged && then !== null && now !== null ? (
        <div className="run-file-bar">
          <div className="state-filter" role="group" aria-label="Show the file">
            <button type="button" className="state-choice" aria-pressed={isDiff} onClick={() => setDiff(true)}>
              Changes since
            </button>
            <button type="button" className="state-choice" aria-pressed={!isDiff} onClick={() => setDiff(false)}>
              As it was
            </button>
          </div>
          <span>
            <span className="diff-key diff-theirs">− as it was</span> <span className="diff-key diff-mine">+ as it is now</span>
          </span>
        </div>
      ) : (
        <p className="run-file-bar muted">{then === null ? "The run had no such file." : now === null ? "There is no such file any more." : "As it was, and as it is."}</p>
      )}
      <pre className="code diff" tabIndex={0} role="region" aria-label={`${path} as it was`}>
        {isChanged && isDiff
          ? lines.map((line, index) => (
              <span key={index} className={`diff-line diff-${LOOKS[line.side].look}`}>
                {LOOKS[line.side].sign} {line.text}
                {"\n"}
              </span>
            ))
          : (then ?? now ?? "")}
      </pre>
    </div>
  );
}
