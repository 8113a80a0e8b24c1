import { moved } from "../../model/argument_order";
import { fieldText } from "../../model/form";
import { connectionOf } from "../../model/graph";
import { defaultWord } from "../../model/python_text";
import {
  type Limit,
  limitEdit,
  limitText,
  limitValue,
  paramEdit,
  paramProblem,
  paramReset,
  settingText,
  settingValue,
  strayParams,
} from "../../model/settings";
import { BACKOFFS, otherRules, POLICIES, type Rule, ruleEdit, ruleText, ruleValue, whenProblem } from "../../model/rules";
import { IconButton } from "../../ui/Button";
import type { BlockParamView, BlockView } from "../../wire/schemas";
import { useBench } from "./bench";
import { type Setting, SettingField } from "./SettingField";

interface SettingsViewProps {
  readonly block: BlockView;
  readonly blocks: readonly BlockView[];
}

/** What the pipeline's file says of a block: its params, what feeds it, and how long and how often it may try. */
export function SettingsView({ block, blocks }: SettingsViewProps) {
  return (
    <div className="settings" role="region" aria-label={`Settings of ${block.id}`} tabIndex={0}>
      <Params block={block} />
      <div className="settings-side">
        {block.kind === "loader" && block.upstream.length === 0 ? null : <Inputs block={block} blocks={blocks} />}
        <Limits block={block} />
        <Rules block={block} />
      </div>
    </div>
  );
}

function Params({ block }: { readonly block: BlockView }) {
  const { workbench } = useBench();
  const strays = strayParams(block);
  return (
    <section aria-label="Params">
      <h3>Params</h3>
      {block.params.length + strays.length === 0 ? (
        <p className="muted">{block.language === "sql" ? "None. A query takes one where it says $name." : "None. Keyword-only arguments of its function become params."}</p>
      ) : null}
      {block.params.map((param) => (
        <ParamSetting key={param.name} block={block} param={param} />
      ))}
      {strays.map((name) => (
        <div key={name} className="setting is-set">
          <span className="setting-name">{name}</span>
          <div className="setting-field">
            <code className="setting-stray">{fieldText(block.own_params[name])}</code>
            <IconButton name={`Remove ${name}`} icon="close" onClick={() => void workbench.attempt(block.id, (now) => paramReset(now, name))} />
          </div>
          <span className="field-problem">The block takes no param of this name.</span>
        </div>
      ))}
    </section>
  );
}

const KINDS: Readonly<Record<BlockParamView["type"], Setting["kind"]>> = {
  text: "text",
  integer: "text",
  number: "text",
  boolean: "choice",
  date: "date",
  datetime: "text",
  choice: "choice",
  json: "lines",
};

function ParamSetting({ block, param }: { readonly block: BlockView; readonly param: BlockParamView }) {
  const { workbench } = useBench();
  const options = param.choices.length > 0 ? param.choices.map(fieldText) : param.type === "boolean" ? ["true", "false"] : [];
  const setting: Setting = {
    label: param.name,
    text: settingText(param),
    hint: options.length > 0 ? (param.origin === "block" ? originOf(param) : "") : `${param.annotation === "" ? param.type : param.annotation} · ${originOf(param)}`,
    placeholder: param.origin === "default" ? defaultWord(param.default_text) : param.required ? "needs a value" : "",
    kind: options.length > 0 ? "choice" : KINDS[param.type],
    options,
    fallback: fallbackOf(param),
    isSet: param.origin === "block",
  };
  const reset = () => workbench.attempt(block.id, (now) => paramReset(now, param.name));
  const keep = (text: string): Promise<string | null> => {
    if (text === "" && param.type !== "text") return reset();
    const found = settingValue(param, text);
    if (found.status === "wrong") return Promise.resolve(found.problem);
    return workbench.attempt(block.id, (now) => paramEdit(now, param.name, found.value));
  };
  return <SettingField setting={setting} problem={paramProblem(block.problems, param.name)} onKeep={keep} onReset={reset} />;
}

const ORIGINS: Readonly<Record<BlockParamView["origin"], string>> = {
  block: "set here",
  pipeline: "from the pipeline's params",
  default: "default",
  missing: "no value yet",
};

function originOf(param: BlockParamView): string {
  return param.origin === "block" && !param.required ? `set here, default ${defaultWord(param.default_text)}` : ORIGINS[param.origin];
}

function fallbackOf(param: BlockParamView): string {
  switch (param.origin) {
    case "block":
      return param.required ? "not set" : "default";
    case "default":
      return `default: ${defaultWord(param.default_text)}`;
    case "pipeline":
      return `pipeline: ${fieldText(param.value)}`;
    case "missing":
      return "choose…";
  }
}

function Inputs({ block, blocks }: SettingsViewProps) {
  const { workbench } = useBench();
  const order = (upstream: readonly string[]) => void workbench.edit({ op: "set_upstream", block: block.id, upstream: [...upstream] });
  const more = blocks.filter((one) => one.kind !== "exporter" && one.kind !== "note" && connectionOf(blocks, one.id, block.id) === "possible");
  return (
    <section aria-label="Inputs">
      <h3>Inputs, in order</h3>
      {block.upstream.length === 0 ? <p className="muted">Nothing feeds it yet.</p> : null}
      <ol className="setting-inputs">
        {block.upstream.map((upstream, index) => {
          const parameter = block.inputs.find((input) => input.upstream === upstream)?.parameter ?? "";
          return (
            <li key={upstream}>
              <span className="setting-input mono" title={parameter === "" ? upstream : `${parameter} ← ${upstream}`}>
                {upstream}
                {parameter === "" || parameter === "*" || parameter === upstream ? null : <span className="muted"> as {parameter}</span>}
              </span>
              <IconButton name={`Move ${upstream} up`} icon="up" isDisabled={index === 0} onClick={() => order(moved(block.upstream, index, index - 1))} />
              <IconButton
                name={`Move ${upstream} down`}
                icon="down"
                isDisabled={index === block.upstream.length - 1}
                onClick={() => order(moved(block.upstream, index, index + 1))}
              />
              <IconButton name={`Disconnect ${upstream}`} icon="close" onClick={() => order(block.upstream.filter((one) => one !== upstream))} />
            </li>
          );
        })}
      </ol>
      {more.length === 0 ? null : (
        <select className="argument-add" aria-label={`Connect another input to ${block.id}`} value="" onChange={(event) => order([...block.upstream, event.target.value])}>
          <option value="">+ input</option>
          {more.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id}
            </option>
          ))}
        </select>
      )}
    </section>
  );
}

const LIMITS: readonly { readonly limit: Limit; readonly label: string; readonly hint: string; readonly placeholder: string }[] = [
  { limit: "attempts", label: "Attempts", hint: "Tries before it has failed", placeholder: "1" },
  { limit: "delay", label: "Delay", hint: "Between tries, like 10s, 5m", placeholder: "none" },
  { limit: "timeout", label: "Timeout", hint: "Like 30s, 10m, 2h", placeholder: "none" },
];

function Limits({ block }: { readonly block: BlockView }) {
  const { workbench } = useBench();
  const keep = (limit: Limit) => (text: string): Promise<string | null> => {
    const found = limitValue(limit, text);
    if (found.status === "wrong") return Promise.resolve(found.problem);
    return workbench.attempt(block.id, (now) => limitEdit(now, limit, found.value));
  };
  return (
    <section aria-label="Limits">
      <h3>Retries and timeout</h3>
      {LIMITS.map(({ limit, ...words }) => {
        const text = limitText(block, limit);
        const isSet = text !== "" && text !== "1";
        return <SettingField key={limit} setting={{ ...words, text, kind: "text", options: [], fallback: "", isSet }} problem={null} onKeep={keep(limit)} />;
      })}
    </section>
  );
}

const RULES: readonly (Pick<Setting, "label" | "hint" | "placeholder" | "options"> & { readonly rule: Rule; readonly usual: string })[] = [
  { rule: "when", label: "Runs when", hint: "Like orders.rows > 0", placeholder: "always", options: [], usual: "" },
  { rule: "on_failure", label: "After a failure", hint: "What is below, or the run", placeholder: "", options: POLICIES, usual: "skip" },
  { rule: "backoff", label: "Backoff", hint: "How the delay grows", placeholder: "", options: BACKOFFS, usual: "constant" },
  { rule: "jitter", label: "Jitter", hint: "A share of the delay, 0 to 1", placeholder: "none", options: [], usual: "" },
  { rule: "memory", label: "Memory", hint: "Like 512MB, 4GB", placeholder: "no limit", options: [], usual: "" },
];

function Rules({ block }: { readonly block: BlockView }) {
  const { workbench } = useBench();
  const keep = (rule: Rule) => (text: string): Promise<string | null> => {
    const found = ruleValue(rule, text);
    if (found.status === "wrong") return Promise.resolve(found.problem);
    return workbench.attempt(block.id, (now) => ruleEdit(now, rule, found.value));
  };
  return (
    <section aria-label="Rules">
      <h3>Rules</h3>
      {RULES.map(({ rule, usual, ...words }) => {
        const text = ruleText(block, rule);
        const kind = words.options.length > 0 ? "choice" : "text";
        const options = words.options.filter((option) => option !== usual);
        const setting: Setting = { ...words, options, text, kind, fallback: usual, isSet: text !== usual };
        const reset = usual === "" ? undefined : () => keep(rule)(usual);
        return <SettingField key={rule} setting={setting} problem={rule === "when" ? whenProblem(block) : null} onKeep={keep(rule)} onReset={reset} />;
      })}
      {otherRules(block).map(([label, text]) => (
        <p key={label} className="muted">
          {label}: {text}
        </p>
      ))}
    </section>
  );
}
