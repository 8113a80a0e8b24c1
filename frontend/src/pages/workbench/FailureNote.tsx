import { placeOf } from "../../model/frames";
import { failureLine } from "../../model/look";
import { Note } from "../../ui/Note";
import { Words } from "../../ui/Words";
import type { BlockView, FailureView, FrameView } from "../../wire/schemas";
import { useBench } from "./bench";

interface FailureNoteProps {
  readonly failure: FailureView;
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
  /** Whether what the block depends on was changed since: the failure is then of the past, and may be mended. */
  readonly isPast: boolean;
  /** Whether what is shown below it was made by an earlier run. */
  readonly isOverEarlier: boolean;
}

/** Why a block failed: what happened, where in the user's code, and what to do. */
export function FailureNote({ failure, block, blocks, isPast, isOverEarlier }: FailureNoteProps) {
  return (
    <div className={isPast ? "card-failure is-past" : "card-failure"}>
      <Note tone={isPast ? "plain" : "bad"}>
        {isPast ? <p className="failure-past">Failed with other code, params or inputs. Run it to see whether it works now.</p> : null}
        <p className="failure-words"><Words text={failureLine(failure)} /></p>
        {failure.hint === "" ? null : <p className="failure-hint"><Words text={failure.hint} /></p>}
        {isOverEarlier ? <p className="failure-hint">The output below is of an earlier run.</p> : null}
        {failure.frames.length === 0 ? null : (
          <ol className="frames" aria-label="Where it happened">
            {failure.frames.map((frame, index) => (
              <li key={index}>
                <FramePlace frame={frame} block={block} blocks={blocks} />
                {frame.text === "" ? null : <code>{frame.text.trim()}</code>}
              </li>
            ))}
          </ol>
        )}
      </Note>
    </div>
  );
}

interface FramePlaceProps {
  readonly frame: FrameView;
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
}

function FramePlace({ frame, block, blocks }: FramePlaceProps) {
  const { workbench } = useBench();
  const place = placeOf(frame, block, blocks);
  const words = (
    <>
      {frame.file}:{frame.line} <span className="muted">in {frame.function}</span>
    </>
  );
  if (place === null) return <span className="frame-place">{words}</span>;
  return (
    <button
      type="button"
      className="frame-place"
      title={`Go to line ${place.line} of ${place.block}`}
      onClick={() => {
        workbench.goTo(place);
        document.getElementById(`card-${place.block}`)?.scrollIntoView({ block: "start" });
      }}
    >
      {words}
    </button>
  );
}
