import { otherThanNow } from "../../model/other_params";
import { Icon } from "../../ui/Icon";
import { useStore } from "../../ui/useStore";
import type { PipelineView, RunView } from "../../wire/schemas";
import { useBench } from "./bench";

/** Says that the last run had other params than the form, so that nobody wonders why blocks are stale after it. */
export function OtherParams({ view, run }: { readonly view: PipelineView; readonly run: RunView }) {
  const { workbench } = useBench();
  const other = otherThanNow(run, view.params, useStore(workbench.look));
  const [first] = other;
  if (first === undefined) return null;
  const all = `The last run had ${other.join(", ")}. What is fresh or stale here is told for what the form says.`;
  return (
    <span className="other-params" title={all}>
      <Icon name="sliders" />
      <span>
        with {first}
        {other.length > 1 ? ` and ${other.length - 1} more` : ""}
      </span>
    </span>
  );
}
