import type { PipelineParamView, RunView } from "../wire/schemas";
import { fieldText } from "./form";

/** What a run had otherwise than what is looked at now: profile=gcp, month=2024-02-01. Empty where nothing differs. */
export function otherThanNow(
  run: RunView,
  params: readonly PipelineParamView[],
  look: { readonly profile: string | null; readonly params: Readonly<Record<string, unknown>> },
): readonly string[] {
  const differing = params.flatMap((param) => {
    const was = fieldText(run.params[param.name]);
    const now = fieldText(look.params[param.name] ?? param.default);
    return was === now ? [] : [`${param.name}=${was === "" ? "nothing" : was}`];
  });
  const isOtherProfile = look.profile !== null && look.profile !== run.profile;
  return isOtherProfile ? [`profile=${run.profile}`, ...differing] : differing;
}
