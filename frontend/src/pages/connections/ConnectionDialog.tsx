import { type SyntheticEvent, useState } from "react";
import { type FormTexts, formTexts, optionProblem, readForm, secretName } from "../../model/connection_form";
import { nameProblem } from "../../model/edits";
import { wordsOf } from "../../state/notices";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Note } from "../../ui/Note";
import type { ConnectionEntry, ConnectionForm, ConnectionPlan, ConnectionsClient, ConnectionsView } from "../../wire/connections";
import { type Trial, TrialView } from "./ConnectionRow";
import { YamlDiff } from "./YamlDiff";

export type Save = (etag: string | null, before: string, after: string) => Promise<void>;

interface ConnectionDialogProps {
  readonly client: ConnectionsClient;
  readonly view: ConnectionsView;
  readonly profile: string;
  /** The connection to change; null adds one. */
  readonly entry: ConnectionEntry | null;
  readonly onSave: Save;
  readonly onClose: () => void;
}

/** A connection's form, then what it changes in connections.yaml; only after that is anything saved. */
export function ConnectionDialog({ client, view, profile: first, entry, onSave, onClose }: ConnectionDialogProps) {
  const [profile, setProfile] = useState(first);
  const [name, setName] = useState(entry?.name ?? "");
  const [type, setType] = useState(entry?.type ?? view.forms[0]?.type ?? "local");
  const [texts, setTexts] = useState<FormTexts>(formTexts(entry));
  const [showsRare, setShowsRare] = useState(false);
  const [plan, setPlan] = useState<ConnectionPlan | null>(null);
  const [trial, setTrial] = useState<Trial>({ status: "idle" });
  const [failed, setFailed] = useState<string | null>(null);
  const form = view.forms.find((one) => one.type === type);
  const hidden = type === entry?.type ? entry.hidden : [];
  const taken = (view.profiles.find((one) => one.name === profile)?.connections ?? []).map((one) => one.name).filter((one) => one !== entry?.name);
  const wrongName = nameProblem(name, taken);
  const wrongProfile = nameProblem(profile, []);
  const fields = form?.fields ?? [];
  const isWhole = wrongName === null && wrongProfile === null && fields.every((field) => optionProblem(field, texts[field.name] ?? "", hidden.includes(field.name)) === null);
  const read = () => readForm(form ?? NO_FORM, texts, hidden, (option) => secretName(profile, name, option));

  const attempt = async (act: () => Promise<void>) => {
    setFailed(null);
    try {
      await act();
    } catch (wrong) {
      setFailed(wordsOf(wrong));
    }
  };
  const look = () =>
    attempt(async () => {
      const { options, keeps } = read();
      setPlan(await client.plan({ op: "set", profile, name, was: entry?.name ?? null, type, options, keeps: [...keeps] }));
    });
  const tryOut = () =>
    attempt(async () => {
      setTrial({ status: "trying" });
      const { options, keeps, secrets } = read();
      // A secret that is typed and not kept yet goes along by itself, for this trial alone.
      const given = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, typeof value === "string" ? filled(value, secrets) : value]));
      try {
        setTrial({ status: "tried", tried: await client.tryOut({ profile, name: entry?.name ?? name, type, options: given, keeps: [...keeps] }) });
      } catch (wrong) {
        setTrial({ status: "lost", why: wordsOf(wrong) });
      }
    });
  const keep = (planned: ConnectionPlan) =>
    attempt(async () => {
      for (const [secret, value] of Object.entries(read().secrets)) await client.writeSecret(secret, value);
      await onSave(planned.etag, planned.before, planned.after);
      onClose();
    });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (plan !== null) void keep(plan);
    else if (isWhole) void look();
  };
  return (
    <Dialog title={entry === null ? "Add a connection" : `Edit ${entry.name}`} onClose={onClose} className={plan === null ? "dialog-form" : "dialog-wide"}>
      <form onSubmit={submit}>
        <div className="dialog-body">
          {plan !== null ? (
            <YamlDiff before={plan.before} after={plan.after} />
          ) : (
            <>
              <div className="form-row">
                <Field label="Name" problem={name === "" ? null : wrongName} hint="What blocks call it">
                  {(field) => <input {...field} className="input mono" autoFocus spellCheck={false} value={name} onChange={(event) => setName(event.target.value)} />}
                </Field>
                <Field label="Profile" problem={wrongProfile} hint={entry === null ? "One that is there, or a new one" : ""}>
                  {(field) => (
                    <>
                      <input {...field} className="input mono" list="profiles" disabled={entry !== null} spellCheck={false} value={profile} onChange={(event) => setProfile(event.target.value)} />
                      <datalist id="profiles">
                        {view.profiles.map((one) => (
                          <option key={one.name} value={one.name} />
                        ))}
                      </datalist>
                    </>
                  )}
                </Field>
                <Field label="Service">
                  {(field) => (
                    <select {...field} className="input" value={type} onChange={(event) => setType(event.target.value)}>
                      {form === undefined ? <option value={type}>{type}</option> : null}
                      {view.forms.map((one) => (
                        <option key={one.type} value={one.type}>
                          {one.title}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
              </div>
              {form === undefined ? <Note tone="plain">This type has no form: change it in connections.yaml.</Note> : null}
              {fields
                .filter((field) => !field.is_rare || showsRare || (texts[field.name] ?? "") !== "")
                .map((field) => (
                  <OptionInput key={field.name} field={field} text={texts[field.name] ?? ""} isHidden={hidden.includes(field.name)} onChange={(text) => setTexts({ ...texts, [field.name]: text })} />
                ))}
              {fields.some((field) => field.is_rare) && !showsRare ? (
                <Button look="quiet" onClick={() => setShowsRare(true)}>
                  More options
                </Button>
              ) : null}
              <TrialView trial={trial} />
            </>
          )}
          {failed === null ? null : (
            <Note tone="bad" isLive>
              {failed}
            </Note>
          )}
        </div>
        <div className="dialog-foot">
          {plan === null ? (
            <Button isDisabled={!isWhole || form === undefined || trial.status === "trying"} onClick={() => void tryOut()}>
              Test
            </Button>
          ) : (
            <Button onClick={() => setPlan(null)}>Back</Button>
          )}
          <span className="top-space" />
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isDisabled={plan === null && (!isWhole || form === undefined)}>
            {plan === null ? "Show the change" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const NO_FORM: ConnectionForm = { type: "", title: "", stores: "tables", fields: [] };

function filled(text: string, secrets: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => secrets[name] ?? whole);
}

interface OptionInputProps {
  readonly field: ConnectionForm["fields"][number];
  readonly text: string;
  readonly isHidden: boolean;
  readonly onChange: (text: string) => void;
}

function OptionInput({ field, text, isHidden, onChange }: OptionInputProps) {
  const problem = text === "" ? null : optionProblem(field, text, isHidden);
  const secretHint = isHidden ? "Something is written here; leave this empty to keep it" : "Kept as a secret outside the project, and never shown again";
  const hint = field.kind === "secret" ? `${field.hint === "" ? "" : `${field.hint}. `}${secretHint}` : field.hint;
  return (
    <Field label={field.is_required ? field.label : `${field.label} (optional)`} problem={problem} hint={hint}>
      {(attributes) =>
        field.kind === "boolean" ? (
          <select {...attributes} className="input" value={text} onChange={(event) => onChange(event.target.value)}>
            <option value="">no</option>
            <option value="true">yes</option>
          </select>
        ) : (
          <input
            {...attributes}
            className="input mono"
            type={field.kind === "secret" && !text.startsWith("${") ? "password" : "text"}
            autoComplete="off"
            spellCheck={false}
            placeholder={isHidden ? "••••••" : ""}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
