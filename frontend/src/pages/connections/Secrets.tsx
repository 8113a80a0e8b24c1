import { type SyntheticEvent, useState } from "react";
import { tell, tellFailure } from "../../state/notices";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import type { ConnectionsClient, ConnectionsView } from "../../wire/connections";

interface SecretsProps {
  readonly client: ConnectionsClient;
  readonly view: ConnectionsView;
  readonly onChange: (view: ConnectionsView) => void;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Secrets by name: written and forgotten here, and never shown. */
export function Secrets({ client, view, onChange }: SecretsProps) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const doing = async (what: string, act: () => Promise<ConnectionsView>) => {
    try {
      onChange(await act());
      tell(what);
      return true;
    } catch (failed) {
      tellFailure("That secret was not changed", failed);
      return false;
    }
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!(await doing(`The secret ${name} is kept`, () => client.writeSecret(name, value)))) return;
    setName("");
    setValue("");
  };
  return (
    <section aria-labelledby="secrets-title">
      <h2 id="secrets-title">Secrets</h2>
      <div className="panel">
        <p className="panel-note muted">
          A connection asks for one with <code>{"${secret:NAME}"}</code>. They are kept encrypted in your account&apos;s own folder, outside the project, and nobody is shown them again.
        </p>
        <ul aria-label="Secrets">
          {view.secrets.map((secret) => (
            <li key={secret.name} className="secret-row">
              <Icon name="key" />
              <strong className="mono">{secret.name}</strong>
              <span className={secret.is_set ? "state state-fresh" : "state state-stale"}>
                <Icon name={secret.is_set ? "fresh" : "warning"} />
                {secret.is_set ? "Set" : "Not set"}
              </span>
              <span className="muted connection-summary">{secret.used_by.length === 0 ? "not used" : secret.used_by.join(", ")}</span>
              <Button onClick={() => setName(secret.name)}>{secret.is_set ? "Replace" : "Write"}</Button>
              <IconButton name={`Forget ${secret.name}`} icon="trash" isDisabled={!secret.is_set} onClick={() => void doing(`The secret ${secret.name} is forgotten`, () => client.deleteSecret(secret.name))} />
            </li>
          ))}
        </ul>
        <form className="secret-form" aria-label="Write a secret" onSubmit={(event) => void submit(event)}>
          <input className="input mono" aria-label="Name of the secret" placeholder="NAME" autoComplete="off" spellCheck={false} value={name} onChange={(event) => setName(event.target.value)} />
          <input className="input" type="password" aria-label="Value of the secret" placeholder="value" autoComplete="new-password" value={value} onChange={(event) => setValue(event.target.value)} />
          <Button type="submit" isDisabled={!NAME.test(name) || value === ""}>
            Keep secret
          </Button>
        </form>
      </div>
    </section>
  );
}
