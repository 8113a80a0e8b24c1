import { Logo } from "./Logo";

type Why = "no-key" | "bad-link" | "ended" | "unreachable";

const REASONS: Readonly<Record<Why, string>> = {
  "no-key": "This browser has not been signed in.",
  "bad-link": "That link was used already, or is older than ten minutes.",
  ended: "The session has ended.",
  unreachable: "The server cannot be reached.",
};

export function SignedOut({ why }: { readonly why: Why }) {
  return (
    <main className="plain-page">
      <div className="sign-in">
        <Logo />
        <h1>Not signed in</h1>
        <p>{REASONS[why]}</p>
        <p>Open the link that Flowstone printed when it started, or get a fresh one:</p>
        <pre className="code">flowstone link</pre>
        <p className="muted">Each link can be used once, and only on this machine unless Flowstone was told otherwise.</p>
      </div>
    </main>
  );
}
