import { type SyntheticEvent, useState } from "react";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Popover, type Spot } from "./Popover";

interface ExpressionFormProps {
  readonly expression: string;
  readonly at: Spot;
  readonly example: string;
  /** What the server said of the expression that is there now. */
  readonly problem: string | null;
  readonly onKeep: (expression: string) => void;
  readonly onClose: () => void;
}

/** A condition written as SQL has it behind WHERE. */
export function ExpressionForm({ expression, at, example, problem, onKeep, onClose }: ExpressionFormProps) {
  const [text, setText] = useState(expression);
  const keep = (event: SyntheticEvent) => {
    event.preventDefault();
    onKeep(text.trim());
  };
  return (
    <Popover name="Filter by expression" at={at} onClose={onClose}>
      <form className="filter-form filter-wide" onSubmit={keep}>
        <Field label="Rows where" hint={`A condition in SQL, such as ${example}`} problem={text === expression ? problem : null}>
          {(attributes) => (
            <textarea
              {...attributes}
              className="input filter-values mono"
              rows={3}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !event.shiftKey) keep(event);
              }}
            />
          )}
        </Field>
        <div className="filter-foot">
          {expression === "" ? null : (
            <Button look="quiet" onClick={() => onKeep("")}>
              Remove
            </Button>
          )}
          <Button type="submit" look="primary">
            Apply
          </Button>
        </div>
      </form>
    </Popover>
  );
}
