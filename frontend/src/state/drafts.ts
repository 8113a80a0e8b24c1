import { type Draft, type DraftEvent, isDirty, stepDraft } from "../model/draft";
import type { Client } from "../wire/client";
import { hasStatus, RequestFailed } from "../wire/failure";
import { autosave } from "./preferences";
import { Store } from "./store";

const IDLE_MS = 1000;
const RETRY_MS = 3000;

/** One file's draft, and the saving of it. */
export class DraftFile {
  readonly state = new Store<Draft>({ status: "loading" });
  readonly #client: Client;
  readonly #project: string;
  readonly #path: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;

  constructor(client: Client, project: string, path: string) {
    this.#client = client;
    this.#project = project;
    this.#path = path;
    void this.reload();
  }

  /** Read the file from disk: at first, and when it changed there. */
  async reload(): Promise<void> {
    try {
      this.#send({ type: "loaded", file: await this.#client.file(this.#project, this.#path) });
    } catch (failed) {
      this.#send({ type: "load-failed", message: wordsOf(failed) });
    }
  }

  /** The file has this etag on disk now; read it if that is news. */
  diskChanged(etag: string | null): void {
    const draft = this.state.get();
    const known = "base" in draft ? draft.base.etag : null;
    if (etag !== null && etag !== known && draft.status !== "saving") void this.reload();
  }

  type(text: string): void {
    this.#send({ type: "typed", text });
    if (autosave.get() !== "no") this.#schedule(IDLE_MS);
  }

  keepMine(): void {
    this.#send({ type: "keep-mine" });
    void this.save();
  }

  takeTheirs(): void {
    this.#send({ type: "take-theirs" });
  }

  /** Save what is not saved; resolves once nothing is being saved any more, true if the file on disk is the text. */
  async save(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#saving !== null) await this.#saving;
    this.#send({ type: "save-asked" });
    const draft = this.state.get();
    if (draft.status === "saving") {
      this.#saving = this.#put(draft.base.etag, draft.sent);
      await this.#saving;
      this.#saving = null;
    }
    return this.state.get().status === "saved";
  }

  async #put(etag: string, text: string): Promise<void> {
    try {
      const saved = await this.#client.saveFile(this.#project, this.#path, etag, text);
      this.#send({ type: "saved", etag: saved.etag });
      if (isDirty(this.state.get())) this.#schedule(IDLE_MS);
    } catch (failed) {
      await this.#failed(failed);
    }
  }

  async #failed(failed: unknown): Promise<void> {
    this.#send({ type: "save-failed", message: wordsOf(failed) });
    if (hasStatus(failed, 409) || hasStatus(failed, 412)) await this.reload();
    else if (hasStatus(failed, 0)) this.#schedule(RETRY_MS);
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    if (isDirty(this.state.get())) this.#timer = setTimeout(() => void this.save(), afterMs);
  }

  #send(event: DraftEvent): void {
    this.state.update((draft) => stepDraft(draft, event));
  }
}

function wordsOf(failed: unknown): string {
  return failed instanceof RequestFailed ? failed.message : "The file could not be read.";
}

export type SavedState = "saved" | "saving" | "edited" | "trouble";

/** The drafts of a project's files that were opened. */
export class Drafts {
  readonly summary = new Store<SavedState>("saved");
  readonly #client: Client;
  readonly #project: string;
  readonly #files = new Map<string, DraftFile>();

  constructor(client: Client, project: string) {
    this.#client = client;
    this.#project = project;
  }

  open(path: string): DraftFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = new DraftFile(this.#client, this.#project, path);
    this.#files.set(path, file);
    file.state.subscribe(() => this.summary.set(this.#summed()));
    return file;
  }

  changedOnDisk(path: string, etag: string | null): void {
    this.#files.get(path)?.diskChanged(etag);
  }

  /** Read all files again: after a connection that was lost could not be taken up where it broke. */
  reload(): void {
    for (const file of this.#files.values()) void file.reload();
  }

  /** Save all that is not saved; true if all of it was. */
  async saveAll(): Promise<boolean> {
    const dirty = [...this.#files.values()].filter((file) => isDirty(file.state.get()));
    const saved = await Promise.all(dirty.map((file) => file.save()));
    return saved.every((isSaved) => isSaved);
  }

  #summed(): SavedState {
    const found = [...this.#files.values()].map((file) => file.state.get().status);
    if (found.some((status) => status === "conflict" || status === "unsaved")) return "trouble";
    if (found.includes("saving")) return "saving";
    return found.includes("edited") ? "edited" : "saved";
  }
}
