import { useId } from "react";
import { AGGREGATES, BUCKETS, type Chart, type ChartField, choicesOf, fieldsOf, MARKS, withField } from "../../../../model/chart";
import type { ColumnView } from "../../../../wire/schemas";

interface ChartFormProps {
  readonly chart: Chart;
  readonly columns: readonly ColumnView[];
  readonly onChange: (chart: Chart) => void;
}

const LABELS: Readonly<Record<ChartField, string>> = { x: "X", y: "Y", colour: "Colour", value: "Value", aggregate: "Aggregate", bucket: "Times by" };

/** What is drawn of which columns. */
export function ChartForm({ chart, columns, onChange }: ChartFormProps) {
  const change = (next: Partial<Chart>) => onChange(withField(chart, next, columns));
  return (
    <div className="chart-form" role="form" aria-label="Chart">
      <div className="chart-marks" role="group" aria-label="Mark">
        {MARKS.map(({ mark, word }) => (
          <button key={mark} type="button" aria-pressed={mark === chart.mark} onClick={() => change({ mark })}>
            {word}
          </button>
        ))}
      </div>
      {fieldsOf(chart, columns).map((field) => (
        <FieldChoice key={field} field={field} chart={chart} columns={columns} onChange={change} />
      ))}
      <TitleField title={chart.title} onChange={(title) => change({ title })} />
    </div>
  );
}

interface FieldChoiceProps {
  readonly field: ChartField;
  readonly chart: Chart;
  readonly columns: readonly ColumnView[];
  readonly onChange: (change: Partial<Chart>) => void;
}

function FieldChoice({ field, chart, columns, onChange }: FieldChoiceProps) {
  const id = useId();
  const options = optionsOf(field, chart, columns);
  return (
    <div className="chart-field">
      <label htmlFor={id}>{LABELS[field]}</label>
      <select id={id} className="input" value={chart[field]} onChange={(event) => onChange({ [field]: event.target.value })}>
        {options.some((option) => option.value === chart[field]) ? null : <option value={chart[field]}>{chart[field]} (gone)</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

function optionsOf(field: ChartField, chart: Chart, columns: readonly ColumnView[]): readonly Option[] {
  if (field === "aggregate") return AGGREGATES.map((each) => ({ value: each, label: each }));
  if (field === "bucket") return BUCKETS.map((each) => ({ value: each, label: each }));
  const named = choicesOf(field, chart, columns).map((column) => ({ value: column.key, label: column.key === "" ? "(no name)" : column.key }));
  const canBeNone = field === "colour" || field === "value" || (field === "y" && !["point", "box", "heatmap"].includes(chart.mark));
  return canBeNone ? [{ value: "", label: field === "y" || field === "value" ? "(rows)" : "(none)" }, ...named] : named;
}

function TitleField({ title, onChange }: { readonly title: string; readonly onChange: (title: string) => void }) {
  const id = useId();
  return (
    <div className="chart-field">
      <label htmlFor={id}>Title</label>
      <input id={id} className="input" value={title} maxLength={200} placeholder="What it shows" onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
