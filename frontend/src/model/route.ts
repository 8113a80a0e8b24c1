export type Route =
  | { readonly page: "projects" }
  | { readonly page: "project"; readonly project: string }
  | { readonly page: "pipeline"; readonly project: string; readonly pipeline: string }
  | { readonly page: "unknown"; readonly path: string };

/** Read what page a path names. */
export function routeOf(path: string): Route {
  const [root, project, pipeline, ...more] = path.split("/").filter((part) => part !== "");
  if (root === undefined) return { page: "projects" };
  if (root !== "p" || project === undefined || more.length > 0) return { page: "unknown", path };
  if (pipeline === undefined) return { page: "project", project: decodeURIComponent(project) };
  return { page: "pipeline", project: decodeURIComponent(project), pipeline: decodeURIComponent(pipeline) };
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
