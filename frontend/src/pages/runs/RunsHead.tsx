import type { ReactNode } from "react";
import { pipelinePath, projectPath, runsPath } from "../../model/route";
import { AppButtons } from "../commands/AppButtons";
import { Link } from "../Link";
import { Logo } from "../Logo";

interface RunsHeadProps {
  readonly project: string;
  readonly pipeline: string | null;
  readonly title: string;
  /** Whether the page is one of the list's runs, so that the list is on the way. */
  readonly isRun?: boolean;
  readonly children?: ReactNode;
}

/** Where one is among the runs, and what can be done here. */
export function RunsHead({ project, pipeline, title, isRun = false, children }: RunsHeadProps) {
  return (
    <header className="runs-head">
      <Link to={projectPath(project)} className="logo-link">
        <Logo />
        <span className="visually-hidden">Project {project}</span>
      </Link>
      <nav className="crumbs" aria-label="Where you are">
        <Link to={projectPath(project)}>{project}</Link>
        <span aria-hidden="true">/</span>
        {pipeline === null ? null : (
          <>
            <Link to={pipelinePath(project, pipeline)}>{pipeline}</Link>
            <span aria-hidden="true">/</span>
          </>
        )}
        {isRun ? (
          <>
            <Link to={runsPath(project, pipeline)}>Runs</Link>
            <span aria-hidden="true">/</span>
          </>
        ) : null}
        <h1 title={title}>{title}</h1>
      </nav>
      <span className="top-space" />
      <AppButtons />
      {children}
    </header>
  );
}
