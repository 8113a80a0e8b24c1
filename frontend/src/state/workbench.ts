import type { QueryClient } from "@tanstack/query-core";
import { editLabel } from "../model/edits";
import { type FormValues, runParams } from "../model/form";
import type { CodePlace } from "../model/frames";
import { newRunId } from "../model/run_id";
import { foundNothingToDo } from "../model/runs";
import { edited, EMPTY_HISTORY, type History, outcome, redone, reversed, undone, without } from "../model/undo";
import type { Client, StatusLook } from "../wire/client";
import { hasCode, hasStatus } from "../wire/failure";
import type { BlockView, EditedPipeline, EditRequest, PipelineStatus, PipelineView, RunView, StartRun } from "../wire/schemas";
import type { Drafts } from "./drafts";
import type { Meanwhile } from "./meanwhile";
import { clearTroubles, tell, tellFailure, wordsOf } from "./notices";
import { keys, pipelineQuery } from "./queries";
import { remembered } from "./remembered";
import { Store } from "./store";

interface Services {
  readonly client: Client;
  readonly queries: QueryClient;
  readonly drafts: Drafts;
  readonly meanwhile: Meanwhile;
}

/** Keeps what a field holds and nobody has kept yet; answers with what is wrong with it, or null. */
export type Keep = () => Promise<string | null>;

/** How long a form must stand still before freshness is asked for its values. */
const SETTLE_MS = 250;

interface ChangeFailed {
  readonly why: unknown;
}

/** What a run was asked to do, until the server says that it does it. */
export type Asked = "nothing" | "starting" | "stopping";

/** What a person does to one pipeline: edit it, take edits back, run it, stop it. */
export class Workbench {
  readonly history = new Store<History>(EMPTY_HISTORY);
  readonly asked = new Store<Asked>("nothing");
  readonly form = new Store<FormValues>({});
  readonly selected = new Store<string | null>(null);
  /** The line of code that was asked for and is not shown yet. */
  readonly place = new Store<CodePlace | null>(null);
  /** The chosen profile; empty is the project's own. */
  readonly profile: Store<string>;
  /** The form's right values that differ from the defaults, as they are typed. */
  readonly typed = new Store<Readonly<Record<string, unknown>>>({});
  /** With which profile and params freshness is shown: the form's, once they are whole and stand still. */
  readonly look: Store<StatusLook>;
  readonly #services: Services;
  readonly #project: string;
  readonly #pipeline: string;
  #told: string | null = null;
  readonly #unkept = new Set<Keep>();
  #editing: Promise<ChangeFailed | null> = Promise.resolve(null);
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(services: Services, project: string, pipeline: string) {
    this.#services = services;
    this.#project = project;
    this.#pipeline = pipeline;
    this.profile = remembered(`profile.${project}`, "");
    this.look = new Store<StatusLook>({ profile: this.profile.get() || null, params: {} });
  }

  /** Show a line of a block's code, and put the cursor there. */
  goTo(place: CodePlace): void {
    this.selected.set(place.block);
    this.place.set(place);
  }

  arrived(): void {
    this.place.set(null);
  }

  select(block: string | null): void {
    this.selected.set(block);
  }

  setParam(name: string, text: string): void {
    this.form.update((form) => ({ ...form, [name]: text }));
    this.typed.set(this.#formNow().values);
    this.#settleSoon();
  }

  resetParams(): void {
    this.form.set({});
    this.settle();
  }

  chooseProfile(profile: string): void {
    this.profile.set(profile);
    this.settle();
  }

  /** Look at the pipeline with what the form says now; while a field is wrong the last whole form counts. */
  settle(): void {
    clearTimeout(this.#settling);
    const { values, problems } = this.#formNow();
    if (JSON.stringify(values) !== JSON.stringify(this.typed.get())) this.typed.set(values);
    const params = Object.keys(problems).length === 0 ? values : this.look.get().params;
    const look: StatusLook = { profile: this.profile.get() || null, params };
    if (JSON.stringify(look) !== JSON.stringify(this.look.get())) this.look.set(look);
  }

  #formNow() {
    const pipeline = this.#services.queries.getQueryData<PipelineView>(keys.pipeline(this.#project, this.#pipeline));
    return runParams(pipeline?.params ?? [], this.form.get());
  }

  /** How the pipeline stands for a profile and params. */
  statusQuery(look: StatusLook) {
    const { client, meanwhile } = this.#services;
    return {
      queryKey: keys.statusOf(this.#project, this.#pipeline, look),
      queryFn: () => meanwhile.during(() => client.status(this.#project, this.#pipeline, look)),
      staleTime: 0,
    };
  }

  #settleSoon(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.settle(), SETTLE_MS);
  }

  /** The blocks' names as they are known here. */
  blockIds(): readonly string[] {
    const known = this.#services.queries.getQueryData<PipelineView>(keys.pipeline(this.#project, this.#pipeline));
    return known?.blocks.map(({ id }) => id) ?? [];
  }

  /** Do an edit after those before it; true if it was done. What goes wrong is told to the user. */
  edit(request: EditRequest): Promise<boolean> {
    return this.#inTurn("That edit was not made", () => this.#edit(request));
  }

  /**
   * Edit a block as it is once the edits before this one are done, so that none of them is lost.
   * Answers with the words for what went wrong, to be shown where it was asked for.
   */
  async attempt(block: string, make: (block: BlockView) => EditRequest): Promise<string | null> {
    const failed = await this.#queued(async () => {
      const found = (await this.#current()).blocks.find((one) => one.id === block);
      if (found === undefined) throw new Error(`There is no block ${block} any more.`);
      await this.#edit(make(found));
    });
    return failed === null ? null : wordsOf(failed.why);
  }

  /** Have a field's text kept before the next run; ends with the function that it answers. */
  keepBeforeRun(keep: Keep): () => void {
    this.#unkept.add(keep);
    return () => void this.#unkept.delete(keep);
  }

  undo(): Promise<boolean> {
    return this.#inTurn("Undo did not work", () => this.#putBack("past"));
  }

  redo(): Promise<boolean> {
    return this.#inTurn("Redo did not work", () => this.#putBack("future"));
  }

  /** Save what was typed, then run; with the params of the form. */
  async run(request: StartRun): Promise<void> {
    if (this.asked.get() !== "nothing") return;
    this.asked.set("starting");
    clearTroubles();
    try {
      await this.#start(request);
    } catch (failed) {
      tellFailure("The run did not start", failed);
    } finally {
      this.asked.set("nothing");
    }
  }

  /** Say so where a run that was asked for here ended with nothing done, since all was fresh. */
  ended(run: RunView | null): void {
    if (run === null || run.id !== this.#told || run.state === "running") return;
    this.#told = null;
    if (foundNothingToDo(run)) tell("Nothing to do: everything is fresh");
  }

  async stop(run: string): Promise<void> {
    this.asked.set("stopping");
    try {
      await this.#services.client.stopRun(this.#project, run);
    } catch (failed) {
      if (!hasStatus(failed, 409)) tellFailure("The run could not be stopped", failed);
    } finally {
      this.asked.set("nothing");
      void this.#services.queries.invalidateQueries({ queryKey: keys.status(this.#project, this.#pipeline) });
    }
  }

  /** Keep what the settings' fields hold, and wait for the edits that go on. */
  async #keepAll(): Promise<void> {
    const found = await Promise.all([...this.#unkept].map((keep) => keep()));
    const [wrong] = found.filter((one) => one !== null);
    if (wrong !== undefined) throw new Error(`a setting is not kept. ${wrong}`);
    await this.#editing;
  }

  async #start(request: StartRun): Promise<void> {
    const { client, queries, drafts } = this.#services;
    await this.#keepAll();
    if (!(await drafts.saveAll())) throw new Error("a file is not saved yet. Settle its conflict first");
    const pipeline = await this.#current();
    const { values, problems } = runParams(pipeline.params, this.form.get());
    const [wrong] = Object.entries(problems);
    if (wrong !== undefined) throw new Error(`param ${wrong[0]}: ${wrong[1]}`);
    this.settle();
    const body = { ...request, params: values, profile: this.profile.get() || null, run: newRunId() };
    this.#told = body.run;
    const { run } = await client.startRun(this.#project, this.#pipeline, body);
    const status = queries.getQueryData<PipelineStatus>(this.statusQuery(this.look.get()).queryKey);
    if (status?.active_run?.id !== run && status?.last_run?.id !== run) await this.#refetchStatus();
  }

  async #refetchStatus(): Promise<void> {
    await this.#services.queries.query(this.statusQuery(this.look.get()));
  }

  async #inTurn(what: string, change: () => Promise<void>): Promise<boolean> {
    const failed = await this.#queued(change);
    if (failed === null) clearTroubles(what);
    else tellFailure(what, failed.why);
    return failed === null;
  }

  /** Make a change after those before it; answers with what went wrong, or null. */
  #queued(change: () => Promise<void>): Promise<ChangeFailed | null> {
    const mine = this.#editing.then(async () => {
      try {
        await change();
        return null;
      } catch (why) {
        if (hasStatus(why, 409) || hasStatus(why, 412)) this.#refetchPipeline();
        return { why };
      }
    });
    this.#editing = mine;
    return mine;
  }

  async #edit(request: EditRequest): Promise<void> {
    const { client } = this.#services;
    const after = await this.#matching((etag) => client.edit(this.#project, this.#pipeline, etag, request));
    this.#changed(after);
    this.history.update((history) => edited(history, { label: editLabel(request), change: after.change }));
  }

  async #putBack(from: "past" | "future"): Promise<void> {
    const step = this.history.get()[from].at(-1);
    if (step === undefined) return;
    const { client } = this.#services;
    const change = from === "past" ? reversed(step.change) : step.change;
    try {
      const after = await this.#matching((etag) => client.putChange(this.#project, this.#pipeline, etag, change));
      this.#changed(after);
      this.history.update(from === "past" ? undone : redone);
      tell(outcome(from === "past" ? "Undone" : "Done again", step.label, after.is_merged, after.kept_files));
    } catch (failed) {
      if (hasCode(failed, "merge_conflict")) this.history.update((history) => without(history, from));
      throw failed;
    }
  }

  /** Ask for a change of the pipeline as it is now; once more if somebody changes it in that moment. */
  async #matching(ask: (etag: string) => Promise<EditedPipeline>): Promise<EditedPipeline> {
    const { client } = this.#services;
    try {
      return await ask((await client.source(this.#project, this.#pipeline)).etag);
    } catch (failed) {
      if (!hasCode(failed, "conflict")) throw failed;
      return ask((await client.source(this.#project, this.#pipeline)).etag);
    }
  }

  async #current(): Promise<PipelineView> {
    const { client, queries } = this.#services;
    return queries.query({ ...pipelineQuery(client, this.#project, this.#pipeline), staleTime: "static" });
  }

  #changed(after: EditedPipeline): void {
    const { queries } = this.#services;
    queries.setQueryData<PipelineView>(keys.pipeline(this.#project, this.#pipeline), pageOf(after));
    void queries.invalidateQueries({ queryKey: keys.status(this.#project, this.#pipeline) });
    void queries.invalidateQueries({ queryKey: keys.project(this.#project) });
  }

  #refetchPipeline(): void {
    void this.#services.queries.invalidateQueries({ queryKey: keys.pipeline(this.#project, this.#pipeline) });
  }
}

/** The pipeline as it is asked for too, without what the edit did. */
function pageOf({ id, description, file, etag, params, blocks, problems, groups, layout }: EditedPipeline): PipelineView {
  return { id, description, file, etag, params, blocks, problems, groups, layout };
}
