import { QueryClient } from "@tanstack/query-core";
import { happened, happenedTo } from "../model/happening";
import type { Progress } from "../model/look";
import { Client } from "../wire/client";
import { hasStatus, RequestFailed } from "../wire/failure";
import type { Happening, PipelineStatus, RunView, ServerMessage } from "../wire/schemas";
import { coalesced } from "./coalesced";
import { Drafts } from "./drafts";
import { FileDesk, fileKeys } from "./file_desk";
import { Live } from "./live";
import { Logbook } from "./logbook";
import { Meanwhile } from "./meanwhile";
import { keys } from "./queries";
import { endSession, sessionKey } from "./session";
import { Store } from "./store";
import { Workbench } from "./workbench";

const MAX_TRIES = 12;
/** How long after an answer the same is asked again at the earliest. */
const ASK_AGAIN_MS = 150;
const ASK_FOR_RUNS_MS = 1000;

/** Whether a failure may be gone a moment later: the server is starting, or not reached. */
function isPassing(failed: unknown): boolean {
  return hasStatus(failed, 0) || hasStatus(failed, 503);
}

/** What the browser holds of one project: drafts of its files, logs of its runs, progress of its blocks. */
export class ProjectWorld {
  readonly drafts: Drafts;
  readonly logbook: Logbook;
  readonly desk: FileDesk;
  readonly meanwhile = new Meanwhile();
  /** How far blocks are, by `run/block`. */
  readonly progress = new Store<ReadonlyMap<string, Progress>>(new Map());
  readonly #workbenches = new Map<string, Workbench>();
  readonly #world: World;
  readonly id: string;

  constructor(world: World, id: string) {
    this.id = id;
    this.#world = world;
    this.drafts = new Drafts(world.client, id);
    this.logbook = new Logbook(world.client, id);
    this.desk = new FileDesk(world.client, world.queries, this.drafts, id);
  }

  workbench(pipeline: string): Workbench {
    const known = this.#workbenches.get(pipeline);
    if (known !== undefined) return known;
    const { client, queries } = this.#world;
    const made = new Workbench({ client, queries, drafts: this.drafts, meanwhile: this.meanwhile }, this.id, pipeline);
    this.#workbenches.set(pipeline, made);
    return made;
  }
}

/** Everything that the pages share: the client, what was fetched, and the connection that keeps it up to date. */
export class World {
  readonly client = new Client(sessionKey);
  readonly queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (tries, failed) => isPassing(failed) && tries < MAX_TRIES,
        retryDelay: (tries) => Math.min(2000, 200 * 2 ** tries),
      },
    },
  });
  readonly live = new Live({
    key: sessionKey,
    told: (message) => this.#told(message),
    refetch: () => this.#refetch(),
    signedOut: endSession,
  });
  readonly #projects = new Map<string, ProjectWorld>();
  readonly #asking = new Map<string, () => void>();

  constructor() {
    this.queries.getQueryCache().subscribe((event) => {
      const failed: unknown = event.query.state.error;
      if (failed instanceof RequestFailed && failed.statusCode === 401) endSession();
    });
    globalThis.addEventListener("pagehide", () => {
      for (const project of this.#projects.values()) project.drafts.leave();
    });
  }

  project(id: string): ProjectWorld {
    const known = this.#projects.get(id);
    if (known !== undefined) return known;
    const made = new ProjectWorld(this, id);
    this.#projects.set(id, made);
    return made;
  }

  #refetch(): void {
    void this.queries.invalidateQueries();
    for (const project of this.#projects.values()) project.drafts.reload();
  }

  #told({ happening }: ServerMessage): void {
    switch (happening.type) {
      case "log":
        return this.project(happening.project).logbook.heard(happening.run, happening.block, happening.lines);
      case "progress":
        return this.project(happening.project).progress.update((known) =>
          new Map(known).set(`${happening.run}/${happening.block}`, { done: happening.done, total: happening.total }),
        );
      case "file_changed":
        this.#ask(fileKeys.tree(happening.project), ASK_FOR_RUNS_MS);
        this.#ask(fileKeys.git(happening.project), ASK_FOR_RUNS_MS);
        this.#ask(["changes", happening.project], ASK_FOR_RUNS_MS);
        if (happening.path === "connections.yaml") this.#ask(keys.connections(happening.project), ASK_AGAIN_MS);
        return this.project(happening.project).drafts.changedOnDisk(happening.path, happening.etag);
      case "pipeline_changed":
        void this.queries.invalidateQueries({ queryKey: keys.pipeline(happening.project, happening.pipeline) });
        void this.queries.invalidateQueries({ queryKey: keys.project(happening.project) });
        this.#ask(keys.schedule(happening.project, happening.pipeline), ASK_FOR_RUNS_MS);
        return;
      case "schedule_changed":
        this.#ask(keys.schedule(happening.project, happening.pipeline), ASK_AGAIN_MS);
        this.#ask(keys.schedules(happening.project), ASK_FOR_RUNS_MS);
        return;
      case "status_changed":
        return this.#askAgain(happening.project, happening.pipeline);
      case "block_changed":
        return this.#restate(happening.project, happening.pipeline, happening);
      case "run_changed":
        this.#restate(happening.project, happening.run.pipeline, happening);
        this.#runListed(happening.project);
        if (happening.run.state !== "running") this.#runEnded(happening.project, happening.run.pipeline);
    }
  }

  #restate(project: string, pipeline: string, happening: Happening): void {
    this.project(project).meanwhile.note(happening);
    const run = happening.type === "run_changed" ? happening.run.id : happening.type === "block_changed" ? happening.run : "";
    this.queries.setQueryData<RunView>(keys.run(project, run), (known) => (known === undefined ? undefined : happenedTo(known, happening)));
    this.queries.setQueriesData<PipelineStatus>({ queryKey: keys.status(project, pipeline) }, (status) =>
      status === undefined ? undefined : happened(status, happening),
    );
  }

  #runListed(project: string): void {
    this.#ask(keys.runs(project), ASK_FOR_RUNS_MS);
  }

  #runEnded(project: string, pipeline: string): void {
    this.#askAgain(project, pipeline);
    void this.queries.invalidateQueries({ queryKey: keys.project(project) });
  }

  /** Ask how a pipeline stands; a run that tells of many blocks at once does not make as many questions of it. */
  #askAgain(project: string, pipeline: string): void {
    this.#ask(keys.status(project, pipeline), ASK_AGAIN_MS);
  }

  #ask(queryKey: readonly string[], pauseMs: number): void {
    const name = queryKey.join("/");
    const ask = this.#asking.get(name) ?? coalesced(() => this.queries.invalidateQueries({ queryKey }), pauseMs);
    this.#asking.set(name, ask);
    ask();
  }
}
