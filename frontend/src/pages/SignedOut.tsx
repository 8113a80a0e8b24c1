import { type SyntheticEvent, useState } from "react";
import { wordsOf } from "../state/notices";
import { signIn } from "../state/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import type { Client } from "../wire/client";
import { Logo } from "./Logo";

type Why = "no-key" | "bad-link" | "ended" | "unreachable";

const REASONS: Readonly<Record<Why, string>> = {
  "no-key": "This browser has not been signed in.",
  "bad-link": "That link was used already, or it is older than ten minutes.",
  ended: "The session has ended.",
  unreachable: "The server cannot be reached.",
};

export function SignedOut({ why, client }: { readonly why: Why; readonly client: Client }) {
  return (
    <main className="plain-page">
      <div className="sign-in">
        <Logo />
        <h1>Not signed in</h1>
        <p>{REASONS[why]}</p>
        <p>Open the link that Flowstone printed when it started, or get a fresh one: run this in the project's folder, or <code>flowstone link DIR</code> from elsewhere.</p>
        <pre className="code">flowstone link</pre>
        <PasswordForm client={client} />
      </div>
    </main>
  );
}

function PasswordForm({ client }: { readonly client: Client }) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async () => {
    try {
      await signIn(client, { password });
    } catch (refused) {
      setProblem(wordsOf(refused));
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void enter();
  };
  return (
    <details className="sign-in-password">
      <summary>Flowstone was started with a password</summary>
      <form onSubmit={submit}>
        <Field label="Password" problem={problem}>
          {(field) => (
            <input
              {...field}
              className="input"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" isDisabled={password === ""}>
          Sign in
        </Button>
      </form>
    </details>
  );
}
