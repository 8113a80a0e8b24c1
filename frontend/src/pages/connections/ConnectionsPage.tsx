import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { filesPath, projectPath } from "../../model/route";
import { tell, tellFailure } from "../../state/notices";
import { keys } from "../../state/queries";
import type { World } from "../../state/world";
import { Button } from "../../ui/Button";
import { ConnectionsClient, type ConnectionEntry, type ConnectionsView } from "../../wire/connections";
import { AppButtons } from "../commands/AppButtons";
import { Failed } from "../Failed";
import { Link } from "../Link";
import { Logo } from "../Logo";
import { Waiting } from "../Waiting";
import { ConnectionDialog } from "./ConnectionDialog";
import { ConnectionRow } from "./ConnectionRow";
import { RemoveDialog } from "./RemoveDialog";
import { Secrets } from "./Secrets";
import "./connections.css";

interface ConnectionsPageProps {
  readonly world: World;
  readonly project: string;
}

type Opened = "nothing" | { readonly kind: "form" | "remove"; readonly profile: string; readonly entry: ConnectionEntry | null };

/** The lakes and warehouses of a project, profile by profile, and its secrets. */
export function ConnectionsPage({ world, project }: ConnectionsPageProps) {
  const client = useMemo(() => new ConnectionsClient(world.client, project), [world, project]);
  const queries = useQueryClient();
  const queryKey = useMemo(() => keys.connections(project), [project]);
  const found = useQuery({ queryKey, queryFn: client.all });
  const [opened, setOpened] = useState<Opened>("nothing");
  const [takenBack, setTakenBack] = useState<string | null>(null);
  useEffect(() => world.live.want(`project:${project}`), [world, project]);
  useEffect(() => {
    document.title = `Connections · ${project} · Flowstone`;
  }, [project]);
  if (found.isError) return <Failed title="The connections could not be read" failed={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Waiting page="project" />;
  const view = found.data;
  const changed = () => {
    void queries.invalidateQueries({ queryKey });
    void queries.invalidateQueries({ queryKey: keys.project(project) });
  };
  /** Save the file's text, and remember the one before for undo. */
  const save = async (etag: string | null, before: string, after: string): Promise<void> => {
    await client.save(etag, after);
    setTakenBack(before);
    changed();
  };
  const undo = async () => {
    if (takenBack === null || view.etag === null) return;
    try {
      await client.save(view.etag, takenBack === "" ? "profiles: {}\n" : takenBack);
      setTakenBack(null);
      tell("connections.yaml is as it was before");
      changed();
    } catch (failed) {
      tellFailure("Undo did not work", failed);
    }
  };
  return (
    <main className="project-page">
      <header className="project-head">
        <Link to={projectPath(project)} className="logo-link">
          <Logo />
          <span className="visually-hidden">Project {project}</span>
        </Link>
        <div className="project-title">
          <h1>Connections</h1>
          <p className="muted">
            <Link to={projectPath(project)}>{project}</Link> · what blocks mean by lake and warehouse, in each profile; kept in <Link to={filesPath(project)}>connections.yaml</Link>
          </p>
        </div>
        <AppButtons />
        {takenBack === null ? null : (
          <Button icon="undo" onClick={() => void undo()}>
            Undo
          </Button>
        )}
        <Button icon="plus" look="primary" onClick={() => setOpened({ kind: "form", profile: defaultProfile(view), entry: null })}>
          Add connection
        </Button>
      </header>
      {view.profiles.map((profile) => (
        <section key={profile.name} aria-label={`Profile ${profile.name}`}>
          <h2>
            {profile.name} {profile.is_default ? <span className="muted">· used when none is chosen</span> : null}
          </h2>
          {profile.connections.length === 0 ? (
            <p className="panel panel-note muted">No connections in this profile.</p>
          ) : (
            <ul className="panel">
              {profile.connections.map((entry) => (
                <ConnectionRow
                  key={entry.name}
                  client={client}
                  profile={profile.name}
                  entry={entry}
                  title={view.forms.find((form) => form.type === entry.type)?.title ?? entry.type}
                  onEdit={() => setOpened({ kind: "form", profile: profile.name, entry })}
                  onRemove={() => setOpened({ kind: "remove", profile: profile.name, entry })}
                />
              ))}
            </ul>
          )}
        </section>
      ))}
      <Secrets client={client} view={view} onChange={(next) => queries.setQueryData(queryKey, next)} />
      {opened !== "nothing" && opened.kind === "form" ? (
        <ConnectionDialog client={client} view={view} profile={opened.profile} entry={opened.entry} onSave={save} onClose={() => setOpened("nothing")} />
      ) : null}
      {opened !== "nothing" && opened.kind === "remove" && opened.entry !== null ? (
        <RemoveDialog client={client} profile={opened.profile} name={opened.entry.name} onSave={save} onClose={() => setOpened("nothing")} />
      ) : null}
    </main>
  );
}

function defaultProfile(view: ConnectionsView): string {
  return view.profiles.find((profile) => profile.is_default)?.name ?? "local";
}
