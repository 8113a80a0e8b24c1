import { useId } from "react";
import { type BlockLook, explanation, headline } from "../model/look";
import { Icon } from "./Icon";
import { useNow } from "./useNow";

/** How a block stands: a sign, a word, and on hover or focus the reasons. */
export function StateMark({ look }: { readonly look: BlockLook }) {
  const now = useNow(look.status === "running" ? 1000 : null);
  const why = explanation(look);
  const whyId = useId();
  if (why.length === 0) {
    return (
      <span className={`state state-${look.status}`}>
        <Icon name={look.status} />
        {headline(look, now)}
      </span>
    );
  }
  return (
    <span className={`state state-${look.status} has-why nodrag`} tabIndex={0} role="note" aria-describedby={whyId}>
      <Icon name={look.status} />
      {headline(look, now)}
      <span className="why" role="tooltip" id={whyId}>
        {why.slice(0, 8).map((reason, index) => (
          <span key={index}>{reason}</span>
        ))}
        {why.length > 8 ? <span>and {why.length - 8} more</span> : null}
      </span>
    </span>
  );
}
