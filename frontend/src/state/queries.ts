import type { Client, DifferenceQuery, DifferenceRowsQuery, RunsQuery, StatusLook } from "../wire/client";
import type { Schemas } from "../wire/schemas";

/** The names under which the server's answers are kept. */
export const keys = {
  projects: () => ["projects"] as const,
  project: (project: string) => ["project", project] as const,
  connections: (project: string) => ["connections", project] as const,
  pipeline: (project: string, pipeline: string) => ["pipeline", project, pipeline] as const,
  /** Of all views of a pipeline: what each shows differs with its profile and params. */
  status: (project: string, pipeline: string) => ["status", project, pipeline] as const,
  statusOf: (project: string, pipeline: string, look: StatusLook) => ["status", project, pipeline, look] as const,
  schedule: (project: string, pipeline: string) => ["schedule", project, pipeline] as const,
  schedules: (project: string) => ["schedules", project] as const,
  runs: (project: string) => ["runs", project] as const,
  runsOf: (project: string, asked: RunsQuery) => ["runs", project, asked] as const,
  run: (project: string, run: string) => ["run", project, run] as const,
  runCode: (project: string, run: string) => ["run-code", project, run] as const,
  library: () => ["library"] as const,
  /** Begins as the pipeline's status does, so that what makes that old makes this old. */
  pastOutputs: (project: string, pipeline: string, block: string) => ["status", project, pipeline, "past", block] as const,
  chart: (project: string, hash: string, chart: Schemas["ChartSpec"]) => ["chart", project, hash, chart] as const,
  difference: (asked: DifferenceQuery) => ["difference", asked] as const,
  differenceRows: (asked: DifferenceQuery, rows: DifferenceRowsQuery) => ["difference", asked, rows] as const,
};

export const projectsQuery = (client: Client) => ({ queryKey: keys.projects(), queryFn: () => client.projects() });

export const projectQuery = (client: Client, project: string) => ({
  queryKey: keys.project(project),
  queryFn: () => client.project(project),
});

export const pipelineQuery = (client: Client, project: string, pipeline: string) => ({
  queryKey: keys.pipeline(project, pipeline),
  queryFn: () => client.pipeline(project, pipeline),
});

export const scheduleQuery = (client: Client, project: string, pipeline: string) => ({
  queryKey: keys.schedule(project, pipeline),
  queryFn: async () => (await client.schedules(project, pipeline))[0] ?? null,
});

export const schedulesQuery = (client: Client, project: string) => ({
  queryKey: keys.schedules(project),
  queryFn: () => client.schedules(project, null),
});

export const runQuery = (client: Client, project: string, run: string) => ({
  queryKey: keys.run(project, run),
  queryFn: () => client.run(project, run),
});

export const runCodeQuery = (client: Client, project: string, run: string) => ({
  queryKey: keys.runCode(project, run),
  queryFn: () => client.runCode(project, run),
  staleTime: 0,
});

export const codeFileQuery = (client: Client, project: string, run: string, path: string) => ({
  queryKey: [...keys.runCode(project, run), path] as const,
  queryFn: () => client.codeFile(project, run, path),
  staleTime: 0,
});

export const libraryQuery = (client: Client) => ({
  queryKey: keys.library(),
  queryFn: () => client.library(),
  staleTime: Infinity,
});
