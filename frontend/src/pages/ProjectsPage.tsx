import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { projectPath } from "../model/route";
import { goTo } from "../state/navigation";
import { projectsQuery } from "../state/queries";
import type { World } from "../state/world";
import { Empty } from "../ui/Note";
import { AppButtons } from "./commands/AppButtons";
import { Failed } from "./Failed";
import { Link } from "./Link";
import { Logo } from "./Logo";
import { Waiting } from "./Waiting";

/** All projects that the server has open; one alone is opened at once. */
export function ProjectsPage({ world }: { readonly world: World }) {
  const projects = useQuery(projectsQuery(world.client));
  const only = projects.data?.length === 1 ? projects.data[0] : undefined;
  useEffect(() => {
    document.title = "Flowstone";
    if (only !== undefined) {
      history.replaceState(null, "", projectPath(only.id));
      goTo(projectPath(only.id));
    }
  }, [only]);
  if (projects.isError) {
    return <Failed title="The projects could not be read" failed={projects.error} onRetry={() => void projects.refetch()} />;
  }
  if (projects.data === undefined || only !== undefined) return <Waiting page="project" />;
  return (
    <main className="project-page">
      <header className="project-head">
        <Logo />
        <h1 className="project-title">Projects</h1>
        <AppButtons />
      </header>
      {projects.data.length === 0 ? (
        <Empty title="No project is open">
          <p>Make one, then start Flowstone on it:</p>
          <pre className="code">{"flowstone init my_project\nflowstone start my_project"}</pre>
        </Empty>
      ) : (
        <ul className="tiles">
          {projects.data.map((project) => (
            <li key={project.id}>
              <Link className="tile" to={projectPath(project.id)}>
                <strong>{project.name}</strong>
                <span className="mono muted">{project.root}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
