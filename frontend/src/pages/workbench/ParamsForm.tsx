import { fieldText, runParams } from "../../model/form";
import type { Workbench } from "../../state/workbench";
import { Button } from "../../ui/Button";
import { useStore } from "../../ui/useStore";
import type { PipelineParamView, PipelineView } from "../../wire/schemas";

interface ParamsFormProps {
  readonly view: PipelineView;
  readonly workbench: Workbench;
}

/** The pipeline's params, for the next run; empty where it has none. */
export function ParamsForm({ view, workbench }: ParamsFormProps) {
  const form = useStore(workbench.form);
  if (view.params.length === 0) return null;
  const { values, problems } = runParams(view.params, form);
  return (
    <form className="params" aria-label="Params" onSubmit={(event) => event.preventDefault()}>
      <span className="params-title">Params</span>
      {view.params.map((param) => (
        <ParamField
          key={param.name}
          param={param}
          text={form[param.name] ?? fieldText(param.default)}
          problem={problems[param.name] ?? null}
          isChanged={param.name in values}
          onChange={(text) => workbench.setParam(param.name, text)}
        />
      ))}
      {Object.keys(form).length === 0 ? null : (
        <Button look="quiet" title="Put every param back to its default" onClick={() => workbench.resetParams()}>
          Reset
        </Button>
      )}
    </form>
  );
}

interface ParamFieldProps {
  readonly param: PipelineParamView;
  readonly text: string;
  readonly problem: string | null;
  readonly isChanged: boolean;
  readonly onChange: (text: string) => void;
}

const INPUT_TYPES = {
  text: "text",
  integer: "text",
  number: "text",
  boolean: "text",
  date: "date",
  datetime: "datetime-local",
  choice: "text",
  json: "text",
} as const;

function ParamField({ param, text, problem, isChanged, onChange }: ParamFieldProps) {
  const options = param.type === "boolean" ? ["true", "false"] : param.choices.map(fieldText);
  const shared = {
    "aria-label": param.name,
    "aria-invalid": problem !== null,
    title: problem ?? (param.description === "" ? param.type : param.description),
    value: text,
  };
  return (
    <label className={isChanged ? "param is-changed" : "param"}>
      <span className="param-name">{param.name}</span>
      {options.length > 0 ? (
        <select className="input" {...shared} onChange={(event) => onChange(event.target.value)}>
          {options.includes(text) ? null : <option value={text}>{text}</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : (
        <input
          className="input"
          type={INPUT_TYPES[param.type]}
          inputMode={param.type === "integer" || param.type === "number" ? "decimal" : undefined}
          size={Math.min(28, Math.max(8, text.length + 1))}
          {...shared}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {problem === null ? null : (
        <span className="field-problem" role="status">
          {problem}
        </span>
      )}
    </label>
  );
}
