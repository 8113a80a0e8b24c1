import { useState } from "react";
import { duration } from "../../model/format";
import { wordsOf } from "../../state/notices";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Note } from "../../ui/Note";
import type { ConnectionEntry, ConnectionsClient, ConnectionTried } from "../../wire/connections";

interface ConnectionRowProps {
  readonly client: ConnectionsClient;
  readonly profile: string;
  readonly entry: ConnectionEntry;
  readonly title: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

export type Trial = { readonly status: "idle" } | { readonly status: "trying" } | { readonly status: "tried"; readonly tried: ConnectionTried } | { readonly status: "lost"; readonly why: string };

/** A connection: where it leads, what it lacks, and what came of trying it. */
export function ConnectionRow({ client, profile, entry, title, onEdit, onRemove }: ConnectionRowProps) {
  const [trial, setTrial] = useState<Trial>({ status: "idle" });
  const tryOut = async () => {
    setTrial({ status: "trying" });
    try {
      setTrial({ status: "tried", tried: await client.tryOut({ profile, name: entry.name, options: {}, keeps: [] }) });
    } catch (failed) {
      setTrial({ status: "lost", why: wordsOf(failed) });
    }
  };
  return (
    <li className="connection-item" aria-label={`Connection ${entry.name}`}>
      <div className="connection-line">
        <Icon name="database" />
        <strong className="mono">{entry.name}</strong>
        <span className="muted connection-type">{title}</span>
        <span className="mono connection-summary" title={entry.summary}>
          {entry.summary}
        </span>
        {entry.missing.length === 0 ? null : (
          <span className="state state-stale" title={`Not set where Flowstone runs: ${entry.missing.join(", ")}`}>
            <Icon name="warning" />
            {entry.missing.join(", ")} not set
          </span>
        )}
        <Button isDisabled={trial.status === "trying"} onClick={() => void tryOut()}>
          {trial.status === "trying" ? "Trying…" : "Test"}
        </Button>
        <IconButton name={`Edit ${entry.name}`} icon="sliders" onClick={onEdit} />
        <IconButton name={`Remove ${entry.name}`} icon="trash" onClick={onRemove} />
      </div>
      <TrialView trial={trial} />
    </li>
  );
}

const ICONS = { ok: "fresh", failed: "failed", noted: "unknown" } as const;
const TONES = { ok: "fresh", failed: "failed", noted: "never" } as const;

/** What came of each step of a trial: its sign, its words, and what to do next. */
export function TrialView({ trial }: { readonly trial: Trial }) {
  if (trial.status === "idle") return null;
  if (trial.status === "lost") return <Note tone="bad">{trial.why}</Note>;
  if (trial.status === "trying") {
    return (
      <p className="trial muted" role="status">
        Trying it in a process of its own…
      </p>
    );
  }
  return (
    <div className="trial" role="status">
      <ul>
        {trial.tried.steps.map((step) => (
          <li key={step.what} className="trial-step">
            <span className={`state state-${TONES[step.state]}`}>
              <Icon name={ICONS[step.state]} />
              {step.what}
            </span>
            <span className="trial-words">
              {step.message}
              {step.hint === "" ? null : <span className="muted trial-hint">{step.hint}</span>}
            </span>
          </li>
        ))}
      </ul>
      <p className="muted">{trial.tried.is_ok ? `It works; tried in ${duration(trial.tried.seconds)}` : `It does not work yet; tried in ${duration(trial.tried.seconds)}`}</p>
    </div>
  );
}
