import { useEffect, useRef } from "react";
import type { EffectState } from "../../../model/effect";
import { effectsOf, triesEdits } from "../../../state/effects";
import { useStore } from "../../../ui/useStore";
import type { PipelineView } from "../../../wire/schemas";
import type { Bench } from "../bench";

/** Try a block when an edit of its file has been saved; what was tried is forgotten once a run begins. */
export function useEffects(bench: Bench, view: PipelineView, isRunning: boolean): EffectState {
  const { world, project, pipeline, workbench } = bench;
  const effects = effectsOf(project, pipeline);
  const isOn = useStore(triesEdits) === "on";
  const known = useRef<ReadonlyMap<string, string | null>>(new Map());
  useEffect(() => {
    const before = known.current;
    known.current = new Map(view.blocks.map((block) => [block.id, block.file_etag]));
    const edited = view.blocks.find((block) => before.has(block.id) && before.get(block.id) !== block.file_etag && block.kind === "transformer");
    if (edited !== undefined && isOn && !isRunning) void effects.try(world.client, project, pipeline, edited.id, workbench.look.get());
  }, [view.blocks, isOn, isRunning, effects, world, project, pipeline, workbench]);
  useEffect(() => {
    if (isRunning || !isOn) effects.forget();
  }, [isRunning, isOn, effects]);
  return useStore(effects.state);
}
