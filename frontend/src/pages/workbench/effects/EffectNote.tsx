import { type BlockEffect, effectOn, outputParts } from "../../../model/effect";
import { count } from "../../../model/format";
import { effectsOf } from "../../../state/effects";
import { Icon } from "../../../ui/Icon";
import { useStore } from "../../../ui/useStore";
import { useBench } from "../bench";
import "./effects.css";

/** What an edit that is not run yet would make of a block's output. */
export function EffectNote({ block }: { readonly block: string }) {
  const { project, pipeline } = useBench();
  const state = useStore(effectsOf(project, pipeline).state);
  if (state.status === "trying" && state.of === block) {
    return (
      <p className="effect" role="status" aria-label={`Effect on ${block}`}>
        Trying the edit…
      </p>
    );
  }
  const effect = effectOn(state, block);
  if (effect === null) return null;
  const sampled = state.status === "known" ? state.effect.sampled : null;
  return (
    <div className={`effect is-${effect.outlook}`} role="status" aria-label={`Effect on ${block}`}>
      <Icon name={effect.outlook === "failed" ? "failed" : effect.outlook === "same" ? "fresh" : "transformer"} />
      <span className="effect-words">{effect.outlook === "not_tried" ? `Not tried: ${effect.why}` : effect.outlook === "same" ? "If run: no change" : "If run:"}</span>
      {effect.outlook === "changed" ? <Outputs effect={effect} /> : null}
      {effect.failure === null ? null : <Failure effect={effect} />}
      {sampled === null ? null : <span className="muted">tried on the first {count(sampled)} rows of large inputs</span>}
    </div>
  );
}

const MAX_PARTS = 12;

function Outputs({ effect }: { readonly effect: BlockEffect }) {
  return (
    <>
      {effect.outputs.map((output) => (
        <span key={output.name} className="effect-parts">
          {effect.outputs.length > 1 ? <span className="mono">{output.name}</span> : null}
          {outputParts(output)
            .slice(0, MAX_PARTS)
            .map((part) => (
              <span key={part} className="effect-part">
                {part}
              </span>
            ))}
        </span>
      ))}
    </>
  );
}

function Failure({ effect }: { readonly effect: BlockEffect }) {
  const frame = effect.failure?.frames.at(-1);
  return (
    <span className="effect-failure">
      {effect.failure?.exception} {effect.failure?.message}
      {frame === undefined ? "" : ` (${frame.file}:${frame.line})`}
    </span>
  );
}
