export type Route =
  | { readonly page: "projects" }
  | { readonly page: "project"; readonly project: string }
  | { readonly page: "pipeline"; readonly project: string; readonly pipeline: string }
  | { readonly page: "runs"; readonly project: string; readonly pipeline: string | null }
  | { readonly page: "run"; readonly project: string; readonly run: string }
  | { readonly page: "unknown"; readonly path: string };

/** Read what page a path names. */
export function routeOf(path: string): Route {
  const [root, project, pipeline, ...more] = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  if (root === undefined) return { page: "projects" };
  if (root !== "p" || project === undefined) return { page: "unknown", path };
  if (pipeline === undefined) return { page: "project", project };
  const [kind, run, ...rest] = more;
  if (kind === undefined && pipeline !== NO_PIPELINE) return { page: "pipeline", project, pipeline };
  if (kind !== "runs" || rest.length > 0) return { page: "unknown", path };
  if (run === undefined) return { page: "runs", project, pipeline: pipeline === NO_PIPELINE ? null : pipeline };
  return pipeline === NO_PIPELINE ? { page: "run", project, run } : { page: "unknown", path };
}

/** Stands in a path where no pipeline is meant; none has such an id. */
const NO_PIPELINE = "-";

/** Where the runs of a pipeline are listed, or those of the whole project. */
export function runsPath(project: string, pipeline: string | null): string {
  return `${pipelinePath(project, pipeline ?? NO_PIPELINE)}/runs`;
}

export function runPath(project: string, run: string): string {
  return `${runsPath(project, null)}/${encodeURIComponent(run)}`;
}

export function projectPath(project: string): string {
  return `/p/${encodeURIComponent(project)}`;
}

export function pipelinePath(project: string, pipeline: string): string {
  return `${projectPath(project)}/${encodeURIComponent(pipeline)}`;
}

/** Return the one-time token of a start link's fragment, or null. */
export function tokenOf(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("token");
}
