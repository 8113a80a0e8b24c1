export type Route =
  | { readonly page: "projects" }
  | { readonly page: "project"; readonly project: string }
  /** With `run` the workbench shows what that run left, and not how things stand now. */
  | { readonly page: "pipeline"; readonly project: string; readonly pipeline: string; readonly run: string | null }
  | { readonly page: "runs"; readonly project: string; readonly pipeline: string | null }
  | { readonly page: "run"; readonly project: string; readonly run: string }
  | { readonly page: "files"; readonly project: string }
  | { readonly page: "connections"; readonly project: string }
  | { readonly page: "unknown"; readonly path: string };

/** Read what page a path names, what stands behind its question mark included. */
export function routeOf(address: string): Route {
  const [path = "", search = ""] = address.split("?");
  const [root, project, pipeline, ...more] = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  if (root === undefined) return { page: "projects" };
  if (root !== "p" || project === undefined) return { page: "unknown", path };
  if (pipeline === undefined) return { page: "project", project };
  const [kind, run, ...rest] = more;
  if (kind === undefined && pipeline !== NO_PIPELINE) return { page: "pipeline", project, pipeline, run: new URLSearchParams(search).get("run") };
  if (pipeline === NO_PIPELINE && run === undefined && (kind === "files" || kind === "connections")) return { page: kind, project };
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

/** Where the project's connections are. */
export function connectionsPath(project: string): string {
  return `${pipelinePath(project, NO_PIPELINE)}/connections`;
}

/** Where the project's files are. */
export function filesPath(project: string): string {
  return `${pipelinePath(project, NO_PIPELINE)}/files`;
}

export function runPath(project: string, run: string): string {
  return `${runsPath(project, null)}/${encodeURIComponent(run)}`;
}

export function projectPath(project: string): string {
  return `/p/${encodeURIComponent(project)}`;
}

/** Where a pipeline's workbench is; with a run, as that run left it. */
export function pipelinePath(project: string, pipeline: string, run: string | null = null): string {
  const path = `${projectPath(project)}/${encodeURIComponent(pipeline)}`;
  return run === null ? path : `${path}?run=${encodeURIComponent(run)}`;
}

/** Return the one-time token of a start link's fragment, or null. */
export function tokenOf(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("token");
}
