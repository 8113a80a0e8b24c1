import type { QueryClient } from "@tanstack/query-core";
import { fileDone, fileEditLabel, type FileHistory, type FileStep, fileTurned, NO_FILE_HISTORY } from "../model/file_edits";
import { foldersOf, joined, nameOf } from "../model/file_tree";
import type { Client } from "../wire/client";
import { hasStatus } from "../wire/failure";
import { type FileEdit, FilesClient } from "../wire/files";
import { GitClient, type GitStanding } from "../wire/git";
import type { Drafts } from "./drafts";
import { tell, tellFailure } from "./notices";
import { Store } from "./store";

export interface OpenedFile {
  readonly path: string;
  /** A line to go to, once. */
  readonly line: number | null;
}

export type Shown =
  | { readonly kind: "nothing" }
  | ({ readonly kind: "file" } & OpenedFile)
  | { readonly kind: "difference"; readonly title: string; readonly path: string | null; readonly isStaged: boolean }
  | { readonly kind: "commit"; readonly title: string; readonly commit: string };

export interface UploadView {
  readonly id: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly state: "sending" | "taken" | "failed";
  readonly problem: string;
}

export const fileKeys = {
  tree: (project: string) => ["tree", project] as const,
  git: (project: string) => ["git", project] as const,
  commits: (project: string) => ["commits", project] as const,
  difference: (project: string, shown: Shown) => ["difference", project, shown] as const,
  changes: (project: string, pipeline: string) => ["changes", project, pipeline] as const,
};

/** What a person does with a project's files as a whole: open, move, delete, bring in, commit. */
export class FileDesk {
  readonly files: FilesClient;
  readonly git: GitClient;
  readonly shown = new Store<Shown>({ kind: "nothing" });
  readonly open = new Store<ReadonlySet<string>>(new Set());
  readonly history = new Store<FileHistory>(NO_FILE_HISTORY);
  readonly uploads = new Store<readonly UploadView[]>([]);
  readonly #queries: QueryClient;
  readonly #drafts: Drafts;
  readonly #project: string;
  readonly #stopping = new Map<number, AbortController>();
  readonly #waiting = new Map<number, File>();
  #lastUpload = 0;
  #editing: Promise<unknown> = Promise.resolve();

  constructor(client: Client, queries: QueryClient, drafts: Drafts, project: string) {
    this.files = new FilesClient(client, project);
    this.git = new GitClient(client, project);
    this.#queries = queries;
    this.#drafts = drafts;
    this.#project = project;
  }

  show(path: string, line: number | null = null): void {
    this.open.update((open) => new Set([...open, ...foldersOf(path)]));
    this.shown.set({ kind: "file", path, line });
  }

  toggle(folder: string): void {
    this.open.update((open) => new Set(open.has(folder) ? [...open].filter((one) => one !== folder) : [...open, folder]));
  }

  /** Do an edit; true if it was done. What goes wrong is told to the user. */
  async edit(edit: FileEdit): Promise<boolean> {
    const done = await this.#inTurn("That was not done", async () => {
      await this.#drafts.saveAll();
      const { undo, pipelines } = await this.files.edit(edit);
      this.history.update((history) => fileDone(history, { label: fileEditLabel(edit), edits: [undo] }));
      this.#follow(edit);
      if (pipelines.length > 0) tell(edit.op === "delete" ? `Deleted ${edit.path}, which ${pipelines.join(", ")} uses. Undo brings it back.` : `Moved; ${pipelines.join(", ")} names the new path.`);
      else if (edit.op === "delete") tell(`Deleted ${edit.path}. Undo brings it back.`);
    });
    this.changed();
    return done;
  }

  /** Begin an empty text file, and open it. */
  async make(path: string): Promise<boolean> {
    const done = await this.#inTurn("The file was not made", async () => {
      await this.files.make(path, "");
      this.history.update((history) => fileDone(history, { label: `make ${path}`, edits: [{ op: "delete", path }] }));
      this.show(path);
    });
    this.changed();
    return done;
  }

  undo = () => this.#turn("past");
  redo = () => this.#turn("future");

  async #turn(from: "past" | "future"): Promise<void> {
    await this.#inTurn(from === "past" ? "Undo did not work" : "Redo did not work", async () => {
      const step = this.history.get()[from].at(-1);
      if (step === undefined) return;
      const back: FileEdit[] = [];
      for (const edit of step.edits) {
        back.unshift((await this.files.edit(edit)).undo);
        this.#follow(edit);
      }
      const turned: FileStep = { label: step.label, edits: back };
      this.history.update((history) => fileTurned(history, from, turned));
      tell(`${from === "past" ? "Undone" : "Done again"}: ${step.label}`);
    });
    this.changed();
  }

  /** What is open stays open under its new name; what is gone is closed. */
  #follow(edit: FileEdit): void {
    const shown = this.shown.get();
    if (shown.kind !== "file") return;
    if (edit.op === "move" && (shown.path === edit.path || shown.path.startsWith(`${edit.path}/`))) this.show(edit.to + shown.path.slice(edit.path.length));
    if (edit.op === "delete" && (shown.path === edit.path || shown.path.startsWith(`${edit.path}/`))) this.shown.set({ kind: "nothing" });
  }

  /** Bring files in, below a folder; those that are there already wait for an answer. */
  bringIn(files: readonly File[], folder: string): void {
    for (const file of files) {
      this.#lastUpload += 1;
      const id = this.#lastUpload;
      const upload: UploadView = { id, path: joined(folder, file.name), sizeBytes: file.size, sentBytes: 0, state: "sending", problem: "" };
      this.uploads.update((all) => [...all, upload]);
      this.#waiting.set(id, file);
      void this.#send(id, false);
    }
  }

  replace(id: number): void {
    void this.#send(id, true);
  }

  stopUpload(id: number): void {
    this.#stopping.get(id)?.abort();
    this.#waiting.delete(id);
    this.uploads.update((all) => all.filter((one) => one.id !== id));
  }

  async #send(id: number, isReplacing: boolean): Promise<void> {
    const upload = this.uploads.get().find((one) => one.id === id);
    const content = this.#waiting.get(id);
    if (upload === undefined || content === undefined) return;
    const stopping = new AbortController();
    this.#stopping.set(id, stopping);
    this.#note(id, { state: "sending", sentBytes: 0, problem: "" });
    try {
      const onProgress = (sentBytes: number) => this.#note(id, { sentBytes });
      const came = await this.files.upload({ path: upload.path, content, isReplacing, onProgress, signal: stopping.signal });
      const back: FileEdit[] = came.replaced === null ? [came.undo] : [came.undo, { op: "restore", deleted: came.replaced.id, path: came.path }];
      this.history.update((history) => fileDone(history, { label: `bring in ${nameOf(came.path)}`, edits: back }));
      this.stopUpload(id);
      tell(`${nameOf(came.path)} is in`);
    } catch (failed) {
      if (failed instanceof DOMException && failed.name === "AbortError") return;
      const isTaken = hasStatus(failed, 409);
      this.#note(id, { state: isTaken ? "taken" : "failed", problem: failed instanceof Error ? failed.message : String(failed) });
    } finally {
      this.changed();
    }
  }

  #note(id: number, change: Partial<UploadView>): void {
    this.uploads.update((all) => all.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  /** Do something with Git, after what was typed is saved; what it answers is how the project stands now. */
  async withGit(what: string, act: () => Promise<GitStanding>): Promise<boolean> {
    return this.#tried(what, async () => {
      await this.#drafts.saveAll();
      this.#queries.setQueryData(fileKeys.git(this.#project), await act());
      this.changed();
    });
  }

  /** Ask again for what may have changed. */
  changed(): void {
    const all = [fileKeys.tree(this.#project), fileKeys.git(this.#project), fileKeys.commits(this.#project)];
    for (const queryKey of all) void this.#queries.invalidateQueries({ queryKey });
    void this.#queries.invalidateQueries({ queryKey: ["difference", this.#project] });
    void this.#queries.invalidateQueries({ queryKey: ["changes", this.#project] });
  }

  /** Do something after what was asked for before it, so that each step is taken back once and on what the last one left. */
  #inTurn(what: string, act: () => Promise<void>): Promise<boolean> {
    const mine = this.#editing.then(() => this.#tried(what, act));
    this.#editing = mine;
    return mine;
  }

  async #tried(what: string, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (failed) {
      tellFailure(what, failed);
      return false;
    }
  }
}
