import { type ReactNode, useId } from "react";

interface FieldAttributes {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly problem?: string | null;
  readonly hint?: string;
  readonly children: (attributes: FieldAttributes) => ReactNode;
}

/** A label, its input, and what is wrong with what was typed. */
export function Field({ label, problem = null, hint = "", children }: FieldProps) {
  const id = useId();
  const below = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-invalid": problem !== null, "aria-describedby": below === "" ? undefined : `${id}-below` })}
      {below === "" ? null : (
        <span id={`${id}-below`} className={problem === null ? "field-hint" : "field-problem"}>
          {below}
        </span>
      )}
    </div>
  );
}
