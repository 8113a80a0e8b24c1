import { decode } from "./decode";
import { errorOf, RequestFailed } from "./failure";
import type { EditRequest, RunSummary, Schemas, StartRun } from "./schemas";

export const BASE = "/api/v1";

export interface RowsQuery {
  readonly offset: number;
  readonly limit: number;
  readonly columns: readonly string[];
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  readonly filter: Schemas["TableFilter"];
}

export interface Asked {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The request is to arrive even if the page is left meanwhile. */
  readonly outlives?: boolean;
}

/** Browsers refuse a request that outlives its page when the bodies of all such are over 64 KiB. */
const OUTLIVING_MAX = 16_000;

const segment = encodeURIComponent;

/** A column's name as the rows' address wants it: percent-encoded on its own, so that commas and a first minus survive. */
export const columnKey = (name: string) => encodeURIComponent(name).replaceAll("-", "%2D");

/** A filter as the rows' address has it; null for one that lets all rows pass. */
function filterText({ conditions = [], expression = "", search = "" }: Schemas["TableFilter"]): string | null {
  const isAll = conditions.length === 0 && expression === "" && search === "";
  return isAll ? null : JSON.stringify({ conditions, expression, search });
}

export const filePath = (path: string) => path.split("/").map(segment).join("/");

export function query(values: Readonly<Record<string, string | number | null>>): string {
  const found = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  const text = new URLSearchParams(found.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

/** With which profile and params somebody looks at a pipeline; null is the project's own profile. */
export interface StatusLook {
  readonly profile: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Which runs somebody looks at; null is all. */
export interface RunsQuery {
  readonly pipeline: string | null;
  readonly state: RunSummary["state"] | null;
}

/** Which two tables are compared, an earlier with a later one, and by which columns: null is found, none is whole rows. */
export interface DifferenceQuery {
  readonly project: string;
  readonly before: string;
  readonly after: string;
  readonly key: readonly string[] | null;
}

export interface DifferenceRowsQuery {
  readonly part: "all" | "added" | "removed" | "changed";
  readonly offset: number;
  readonly limit: number;
  readonly columns: readonly string[];
}

function differencePath(asked: DifferenceQuery): string {
  return `/projects/${segment(asked.project)}/outputs/${segment(asked.after)}/difference/${segment(asked.before)}`;
}

function keyQuery({ key }: DifferenceQuery): Readonly<Record<string, string | null>> {
  return { key: key === null ? null : key.map(columnKey).join(","), keyed: key?.length === 0 ? "none" : null };
}

/** The server's routes as methods. A refusal or a lost connection throws RequestFailed. */
export class Client {
  readonly #key: () => string | null;

  constructor(key: () => string | null) {
    this.#key = key;
  }

  signIn = (body: Schemas["SignIn"]) => this.#json("SignedIn", "/sign-in", { method: "POST", body });
  projects = async () => {
    const found: unknown = await (await this.#ask("/projects", {})).json();
    return Array.isArray(found) ? found.map((one) => decode("ProjectSummary", one)) : [];
  };
  project = (project: string) => this.#json("ProjectView", `/projects/${segment(project)}`);
  newPipeline = (project: string, body: Schemas["NewPipeline"]) =>
    this.#json("PipelineView", `/projects/${segment(project)}/pipelines`, { method: "POST", body });
  addSample = (project: string) => this.#json("PipelineView", `/projects/${segment(project)}/sample`, { method: "POST" });
  importNotebook = (project: string, body: Schemas["ImportNotebook"]) =>
    this.#json("NotebookImported", `/projects/${segment(project)}/notebooks`, { method: "POST", body });
  /** A pipeline as a notebook's text, or one of its runs. */
  notebook = async (project: string, pipeline: string, run: string | null, profile: string | null) =>
    (await this.#ask(`${this.#of(project, pipeline)}/notebook${query({ run, profile })}`, {})).text();
  pipeline = (project: string, pipeline: string) => this.#json("PipelineView", this.#of(project, pipeline));
  edit = (project: string, pipeline: string, etag: string, body: EditRequest) =>
    this.#json("EditedPipeline", `${this.#of(project, pipeline)}/edits`, {
      method: "POST",
      body,
      headers: { "If-Match": etag },
    });
  putChange = (project: string, pipeline: string, etag: string, body: Schemas["Change"]) =>
    this.#json("EditedPipeline", `${this.#of(project, pipeline)}/changes`, {
      method: "POST",
      body,
      headers: { "If-Match": etag },
    });
  fragment = (project: string, pipeline: string, blocks: readonly string[]) =>
    this.#json("FragmentView", `${this.#of(project, pipeline)}/fragment${query({ blocks: blocks.join(",") })}`);
  source = (project: string, pipeline: string) => this.#json("FileView", `${this.#of(project, pipeline)}/source`);
  putSource = (project: string, pipeline: string, etag: string, text: string) =>
    this.#json("PipelineView", `${this.#of(project, pipeline)}/source`, {
      method: "PUT",
      body: { text },
      headers: { "If-Match": etag },
    });
  status = (project: string, pipeline: string, { profile, params }: StatusLook) => {
    const asked = query({ profile, params: Object.keys(params).length === 0 ? null : JSON.stringify(params) });
    return this.#json("PipelineStatus", `${this.#of(project, pipeline)}/status${asked}`);
  };
  startRun = (project: string, pipeline: string, body: StartRun) =>
    this.#json("RunStarted", `${this.#of(project, pipeline)}/runs`, { method: "POST", body });
  stopRun = async (project: string, run: string) => {
    await this.#ask(`/projects/${segment(project)}/runs/${segment(run)}/stop`, { method: "POST" });
  };
  resumeRun = (project: string, run: string) => this.#json("RunView", `/projects/${segment(project)}/runs/${segment(run)}/resume`, { method: "POST" });
  runAgain = (project: string, run: string, newRun: string) =>
    this.#json("RunStarted", `/projects/${segment(project)}/runs/${segment(run)}/again`, { method: "POST", body: { run: newRun } });
  runCode = (project: string, run: string) => this.#json("RunCode", `/projects/${segment(project)}/runs/${segment(run)}/code`);
  codeFile = (project: string, run: string, path: string) =>
    this.#json("CodeThenAndNow", `/projects/${segment(project)}/runs/${segment(run)}/code/${filePath(path)}`);
  keepRun = (project: string, run: string, isPinned: boolean) =>
    this.#json("RunView", `/projects/${segment(project)}/runs/${segment(run)}/keep`, { method: "POST", body: { is_pinned: isPinned } });
  runs = (project: string, { pipeline, state }: RunsQuery, before: string | null) =>
    this.#json("RunPage", `/projects/${segment(project)}/runs${query({ pipeline, state, before, limit: 50 })}`);
  /** The schedules of a project, or that of one pipeline if it has one. */
  schedules = async (project: string, pipeline: string | null) => {
    const asked = query({ pipeline, next: pipeline === null ? 1 : null });
    const found: unknown = await (await this.#ask(`/projects/${segment(project)}/schedules${asked}`, {})).json();
    return Array.isArray(found) ? found.map((one) => decode("ScheduleView", one)) : [];
  };
  moveSchedule = (project: string, pipeline: string, move: "pause" | "resume") =>
    this.#json("ScheduleView", `${this.#of(project, pipeline)}/schedule/${move}`, { method: "POST" });
  run = (project: string, run: string) => this.#json("RunView", `/projects/${segment(project)}/runs/${segment(run)}`);
  logs = (project: string, run: string, block: string, after: number) =>
    this.#json(
      "LogPage",
      `/projects/${segment(project)}/runs/${segment(run)}/blocks/${segment(block)}/logs${query({ after, limit: 1000 })}`,
    );
  library = () => this.#json("Library", "/library");
  file = (project: string, path: string) => this.#json("FileView", `/projects/${segment(project)}/files/${filePath(path)}`);
  saveFile = (project: string, path: string, etag: string, text: string) =>
    this.#json("FileSaved", `/projects/${segment(project)}/files/${filePath(path)}`, {
      method: "PUT",
      body: { text },
      headers: { "If-Match": etag },
      outlives: text.length <= OUTLIVING_MAX,
    });
  summary = (project: string, hash: string, columns: readonly string[]) =>
    this.#json("TableSummary", `/projects/${segment(project)}/outputs/${segment(hash)}/summary${query({ columns: columns.map(columnKey).join(",") })}`);
  newDownload = (project: string, hash: string, body: Schemas["NewDownload"]) =>
    this.#json("DownloadView", `/projects/${segment(project)}/outputs/${segment(hash)}/downloads`, { method: "POST", body });
  lint = async (project: string, code: Schemas["CodeText"]) =>
    (await this.#json("LintReport", `/projects/${segment(project)}/lint`, { method: "POST", body: code })).findings;
  format = async (project: string, code: Schemas["CodeText"]) =>
    (await this.#json("FormattedCode", `/projects/${segment(project)}/format`, { method: "POST", body: code })).text;
  rows = async (project: string, hash: string, asked: RowsQuery, signal?: AbortSignal) => {
    const path = `/projects/${segment(project)}/outputs/${segment(hash)}/rows${query({
      offset: asked.offset,
      limit: asked.limit,
      columns: asked.columns.map(columnKey).join(","),
      sort: asked.sort.map(({ column, descending }) => `${descending ? "-" : ""}${columnKey(column)}`).join(","),
      filter: filterText(asked.filter),
    })}`;
    return new Uint8Array(await (await this.#ask(path, { signal })).arrayBuffer());
  };
  value = async (project: string, hash: string): Promise<string> =>
    (await this.#ask(`/projects/${segment(project)}/outputs/${segment(hash)}/value`, {})).text();

  /** What a block gave in the runs of its pipeline, newest first. */
  pastOutputs = (project: string, pipeline: string, block: string, before: string | null) =>
    this.#json("PastOutputsPage", `${this.#of(project, pipeline)}/blocks/${segment(block)}/outputs${query({ before })}`);
  difference = (asked: DifferenceQuery, signal?: AbortSignal) =>
    this.#json("TableDifferenceView", `${differencePath(asked)}${query(keyQuery(asked))}`, { signal });
  differenceRows = async (asked: DifferenceQuery, rows: DifferenceRowsQuery, signal?: AbortSignal) => {
    const columns = rows.columns.map(columnKey).join(",");
    const path = `${differencePath(asked)}/rows${query({ ...keyQuery(asked), part: rows.part, offset: rows.offset, limit: rows.limit, columns })}`;
    return new Uint8Array(await (await this.#ask(path, { signal })).arrayBuffer());
  };
  /** For the clients of one subject, which name their routes themselves. */
  readonly json = <Name extends keyof Schemas>(name: Name, path: string, asked: Asked = {}) => this.#json(name, path, asked);
  readonly ask = (path: string, asked: Asked = {}) => this.#ask(path, asked);
  readonly key = () => this.#key();

  /** What a chart of a table draws. */
  chart = (project: string, hash: string, chart: Schemas["ChartSpec"], signal?: AbortSignal) =>
    this.#json("ChartPoints", `/projects/${segment(project)}/outputs/${segment(hash)}/chart`, { method: "POST", body: { chart }, signal });

  /** Try a block as it is saved, and what lies below it. */
  effect = (project: string, pipeline: string, block: string, { profile, params }: StatusLook) =>
    this.#json("EffectView", `${this.#of(project, pipeline)}/blocks/${segment(block)}/effect`, { method: "POST", body: { profile, params } });

  #of(project: string, pipeline: string): string {
    return `/projects/${segment(project)}/pipelines/${segment(pipeline)}`;
  }

  async #json<Name extends keyof Schemas>(name: Name, path: string, asked: Asked = {}): Promise<Schemas[Name]> {
    const found: unknown = await (await this.#ask(path, asked)).json();
    return decode(name, found);
  }

  async #ask(path: string, asked: Asked): Promise<Response> {
    const key = this.#key();
    const headers = new Headers(asked.headers);
    if (key !== null) headers.set("X-Flowstone-Key", key);
    if (asked.body !== undefined) headers.set("Content-Type", "application/json");
    const response = await this.#fetch(path, asked, headers);
    if (response.ok) return response;
    throw new RequestFailed({ status: "refused", code: response.status, error: errorOf(response.status, await bodyOf(response)) });
  }

  async #fetch(path: string, asked: Asked, headers: Headers): Promise<Response> {
    try {
      return await fetch(BASE + path, {
        method: asked.method ?? "GET",
        headers,
        credentials: "same-origin",
        body: asked.body === undefined ? null : JSON.stringify(asked.body),
        signal: asked.signal ?? null,
        keepalive: asked.outlives ?? false,
      });
    } catch (lost) {
      if (lost instanceof DOMException && lost.name === "AbortError") throw lost;
      throw new RequestFailed({ status: "offline" });
    }
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    const found: unknown = await response.json();
    return found;
  } catch {
    return null;
  }
}
