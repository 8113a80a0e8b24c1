import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "../../ui/Button";
import { useBench } from "./bench";

/** A field as it stands in the pipeline's file. */
export interface Setting {
  readonly label: string;
  readonly text: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly kind: "text" | "date" | "lines" | "choice";
  readonly options: readonly string[];
  /** What the field falls back to, in words, where it can. */
  readonly fallback: string;
  /** Whether it is set here, and so can fall back. */
  readonly isSet: boolean;
}

interface SettingFieldProps {
  readonly setting: Setting;
  /** What the file as it is has wrong. */
  readonly problem: string | null;
  /** Keep what was typed; answers with what is wrong with it, or null. */
  readonly onKeep: (text: string) => Promise<string | null>;
  readonly onReset?: (() => Promise<string | null>) | undefined;
}

/** A field of a block's settings: what is typed is kept on Enter or on leaving it; Escape takes it back. */
export function SettingField({ setting, problem, onKeep, onReset }: SettingFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const shown = refused ?? (typed === null ? problem : null);
  const { workbench } = useBench();
  const keeping = useRef<{ readonly text: string; readonly done: Promise<string | null> } | null>(null);
  const drop = () => {
    setTyped(null);
    setRefused(null);
  };
  const keep = (text: string | null): Promise<string | null> => {
    if (text === null || text === setting.text) {
      drop();
      return Promise.resolve(null);
    }
    if (keeping.current?.text === text) return keeping.current.done;
    const done = keepText(text);
    keeping.current = { text, done };
    return done;
  };
  const keepText = async (text: string) => {
    const found = await onKeep(text);
    keeping.current = null;
    setRefused(found);
    if (found === null) setTyped(null);
    return found;
  };
  const latest = useRef(keep);
  useEffect(() => {
    latest.current = keep;
  });
  useEffect(() => (typed === null ? undefined : workbench.keepBeforeRun(() => latest.current(typed))), [workbench, typed]);
  const reset = async () => {
    drop();
    if (onReset !== undefined) setRefused(await onReset());
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") drop();
    else if (event.key === "Enter" && !event.shiftKey && setting.kind !== "lines") void keep(typed);
  };
  const shared = {
    id,
    className: "input",
    "aria-invalid": shown !== null,
    "aria-describedby": `${id}-below`,
    value: typed ?? setting.text,
    placeholder: setting.placeholder,
    onBlur: () => void keep(typed),
    onKeyDown: press,
  };
  return (
    <div className={setting.isSet ? "setting is-set" : "setting"}>
      <label htmlFor={id} title={setting.hint}>
        {setting.label}
      </label>
      <div className="setting-field">
        {setting.kind === "choice" ? (
          <select
            {...shared}
            value={setting.isSet ? setting.text : ""}
            onBlur={undefined}
            onChange={(event) => void (event.target.value === "" ? reset() : keep(event.target.value))}
          >
            <option value="">{setting.fallback}</option>
            {setting.isSet && !setting.options.includes(setting.text) ? <option value={setting.text}>{setting.text}</option> : null}
            {setting.options.map((option) => (
              <option key={option} value={option}>
                {option}
              </option>
            ))}
          </select>
        ) : setting.kind === "lines" ? (
          <textarea {...shared} rows={Math.min(6, (typed ?? setting.text).split("\n").length)} onChange={(event) => setTyped(event.target.value)} />
        ) : (
          <input {...shared} type={setting.kind} onChange={(event) => setTyped(event.target.value)} />
        )}
        {setting.isSet && onReset !== undefined ? (
          <IconButton name={`Reset ${setting.label}`} icon="undo" title={`Back to ${setting.fallback}`} onClick={() => void reset()} />
        ) : null}
      </div>
      <span id={`${id}-below`} className={shown === null ? "field-hint" : "field-problem"} role={shown === null ? undefined : "alert"}>
        {shown ?? setting.hint}
      </span>
    </div>
  );
}
