import { failureLine } from "../model/look";
import { Note } from "../ui/Note";
import { Words } from "../ui/Words";
import type { FailureView } from "../wire/schemas";

/** Why something failed: what happened, what to do, and where in the user's code. */
export function FailureWords({ failure }: { readonly failure: FailureView }) {
  return (
    <Note tone="bad">
      <p className="failure-words">
        <Words text={failureLine(failure)} />
      </p>
      {failure.hint === "" ? null : (
        <p className="failure-hint">
          <Words text={failure.hint} />
        </p>
      )}
      {failure.frames.length === 0 ? null : (
        <ol className="frames" aria-label="Where it happened">
          {failure.frames.map((frame, index) => (
            <li key={index}>
              <span className="frame-place">
                {frame.file}:{frame.line} <span className="muted">in {frame.function}</span>
              </span>
              {frame.text === "" ? null : <code>{frame.text.trim()}</code>}
            </li>
          ))}
        </ol>
      )}
    </Note>
  );
}
