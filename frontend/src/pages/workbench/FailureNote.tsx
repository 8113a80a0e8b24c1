import { failureLine } from "../../model/look";
import { Note } from "../../ui/Note";
import type { FailureView } from "../../wire/schemas";

/** Why a block failed: what happened, where in the user's code, and what to do. */
export function FailureNote({ failure }: { readonly failure: FailureView }) {
  return (
    <div className="card-failure">
      <Note tone="bad">
        <p className="failure-words">{failureLine(failure)}</p>
        {failure.hint === "" ? null : <p className="failure-hint">{failure.hint}</p>}
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
    </div>
  );
}
