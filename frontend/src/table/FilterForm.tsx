import { type SyntheticEvent, useState } from "react";
import { canFoldCase, problemOf, splitValues, testsOf, valuesOf } from "../model/conditions";
import type { Condition, Test } from "../model/look_of_table";
import type { ColumnSummary } from "../model/summary_words";
import { count } from "../model/format";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import type { ColumnView } from "../wire/schemas";
import { Popover, type Spot } from "./Popover";

interface FilterFormProps {
  readonly columns: readonly ColumnView[];
  readonly condition: Condition;
  readonly at: Spot;
  readonly isNew: boolean;
  readonly summaryOf: (key: string) => ColumnSummary | null;
  readonly onKeep: (condition: Condition) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** The condition that a form begins with for a column. */
export function firstCondition(column: ColumnView): Condition {
  const test = testsOf(column.family)[0]?.test ?? "missing";
  return { column: column.key, test, values: column.family === "boolean" ? ["true"] : [] };
}

/** A condition on one column, in a form that knows what the column holds. */
export function FilterForm({ columns, condition, at, isNew, summaryOf, onKeep, onRemove, onClose }: FilterFormProps) {
  const [asked, setAsked] = useState(condition);
  const [text, setText] = useState((condition.values ?? []).join("\n"));
  const [isTried, setTried] = useState(false);
  const column = columns.find((one) => one.key === asked.column);
  if (column === undefined) return null;
  const wanted = valuesOf(asked.test);
  const values = wanted === 0 ? [] : wanted === null ? splitValues(text) : (asked.values ?? []);
  const whole: Condition = { ...asked, values: [...values] };
  const problem = problemOf(whole, column.family);
  const setValue = (place: number, value: string) => {
    const filled = Array.from({ length: wanted ?? 1 }, (_, index) => asked.values?.[index] ?? "");
    setAsked({ ...asked, values: filled.map((one, index) => (index === place ? value : one)) });
  };
  const keep = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem === null) onKeep(whole);
  };
  const choose = (key: string) => {
    const chosen = columns.find((one) => one.key === key);
    if (chosen !== undefined) setAsked(firstCondition(chosen));
  };
  const top = summaryOf(column.key)?.top ?? [];
  return (
    <Popover name={isNew ? "New filter" : "Filter"} at={at} onClose={onClose}>
      <form className="filter-form" onSubmit={keep}>
        <Field label="Column">
          {(attributes) => (
            <select {...attributes} className="input" value={asked.column} onChange={(event) => choose(event.target.value)}>
              {columns.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.key === "" ? "(no name)" : one.key}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Test">
          {(attributes) => (
            <select {...attributes} className="input" value={asked.test} onChange={(event) => setAsked({ ...asked, test: testNamed(column, event.target.value) })}>
              {testsOf(column.family).map(({ test, label }) => (
                <option key={test} value={test}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {wanted === 0 ? null : column.family === "boolean" ? (
          <Field label="Value">
            {(attributes) => (
              <select {...attributes} className="input" value={asked.values?.[0] ?? "true"} onChange={(event) => setValue(0, event.target.value)}>
                <option value="true">true</option>
                <option value="false">false</option>
              </select>
            )}
          </Field>
        ) : wanted === null ? (
          <Field label="Values, one a line" problem={isTried ? problem : null}>
            {(attributes) => <textarea {...attributes} className="input filter-values" rows={4} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
        ) : (
          Array.from({ length: wanted }, (_, place) => (
            <Field
              key={place}
              label={wanted === 2 ? (place === 0 ? "From" : "To, included") : "Value"}
              problem={isTried && place === wanted - 1 ? problem : null}
              hint={place === wanted - 1 ? (HINTS[column.family] ?? "") : ""}
            >
              {(attributes) => (
                <input
                  {...attributes}
                  className="input"
                  value={asked.values?.[place] ?? ""}
                  inputMode={column.family === "number" ? "decimal" : "text"}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setValue(place, event.target.value)}
                />
              )}
            </Field>
          ))
        )}
        {wanted !== 0 && column.family === "text" && top.length > 0 ? (
          <div className="filter-top" role="group" aria-label="Frequent values">
            {top.slice(0, 6).map((one) => (
              <button
                key={one.value ?? "\u0000"}
                type="button"
                className="filter-value"
                onClick={() => {
                  onKeep(one.value === null ? { column: column.key, test: "missing", values: [] } : { column: column.key, test: "eq", values: [one.value] });
                }}
              >
                <span>{one.value ?? "null"}</span> <span className="muted">{count(one.count)}</span>
              </button>
            ))}
          </div>
        ) : null}
        {canFoldCase(asked.test) ? (
          <label className="tick">
            <input type="checkbox" checked={asked.match_case ?? false} onChange={(event) => setAsked({ ...asked, match_case: event.target.checked })} /> Match case
          </label>
        ) : null}
        <div className="filter-foot">
          {isNew ? null : (
            <Button look="quiet" onClick={onRemove}>
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

const HINTS: Readonly<Partial<Record<ColumnView["family"], string>>> = {
  date: "2024-01-31, 2024-01 or 2024-01-31 12:30",
  duration: "90s, 5m, 1h 30m or 2d",
  time: "12:30 or 12:30:15",
};

function testNamed(column: ColumnView, name: string): Test {
  return testsOf(column.family).find((one) => one.test === name)?.test ?? "missing";
}
