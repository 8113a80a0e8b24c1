import { type Draft, type DraftEvent, isDirty, stepDraft, textOf } from "../model/draft";
import { isRecord } from "../wire/decode";
import { hasStatus, RequestFailed } from "../wire/failure";
import type { FileView, Schemas } from "../wire/schemas";
import { Kept } from "./kept";
import { autosave } from "./preferences";
import { Store } from "./store";

const IDLE_MS = 1000;
const RETRY_MS = 3000;

const KEEP_MS = 200;
const MOST_UNSAVED = 50;
const LONGEST_UNSAVED = 500_000;

/** Where files are read and saved: the server's routes. */
export interface FileStore {
  readonly file: (project: string, path: string) => Promise<FileView>;
  readonly saveFile: (project: string, path: string, etag: string, text: string) => Promise<Schemas["FileSaved"]>;
}

/** What was typed and not saved, over a reload of the page. */
export const unsaved = () => new Kept("unsaved", { most: MOST_UNSAVED, longest: LONGEST_UNSAVED });

/** One file's draft, and the saving of it. */
export class DraftFile {
  readonly state = new Store<Draft>({ status: "loading" });
  readonly path: string;
  readonly #client: FileStore;
  readonly #project: string;
  readonly #kept: Kept;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loading: ReturnType<typeof setTimeout> | undefined;
  #reading: object | null = null;
  #isRestored = false;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  /** What the disk was said to have while a save was under way. */
  #heard: string | null = null;

  constructor(client: FileStore, project: string, path: string, kept: Kept = unsaved()) {
    this.#client = client;
    this.#project = project;
    this.path = path;
    this.#kept = kept;
    void this.reload();
  }

  /** Read the file from disk: at first, and when it changed there. Of several at once the last that was asked counts. */
  async reload(): Promise<void> {
    clearTimeout(this.#loading);
    const mine = (this.#reading = {});
    try {
      const file = await this.#client.file(this.#project, this.path);
      if (this.#reading !== mine) return;
      this.#reading = null;
      this.#send({ type: "loaded", file });
      this.#restore();
    } catch (failed) {
      if (this.#reading !== mine) return;
      this.#reading = null;
      this.#send({ type: "load-failed", message: wordsOf(failed) });
      if (hasStatus(failed, 0)) this.#loading = setTimeout(() => void this.reload(), RETRY_MS);
    }
  }

  /** The text as it is here, once it was read; null where there is no such file. */
  async loaded(): Promise<string | null> {
    if (this.state.get().status === "loading") {
      await new Promise<void>((resolve) => {
        const forget = this.state.subscribe(() => {
          if (this.state.get().status === "loading") return;
          forget();
          resolve();
        });
      });
    }
    return textOf(this.state.get());
  }

  /** The file has this etag on disk now; read it if that is news. */
  diskChanged(etag: string | null): void {
    const draft = this.state.get();
    if (draft.status === "saving") this.#heard = etag ?? this.#heard;
    else if (etag !== null && etag !== etagOf(draft)) void this.reload();
  }

  type(text: string): void {
    this.#send({ type: "typed", text });
    this.#autosaveSoon();
  }

  keepMine(): void {
    this.#send({ type: "keep-mine" });
    void this.save();
  }

  takeTheirs(): void {
    this.#send({ type: "take-theirs" });
  }

  /** Settle a conflict with a text made of both sides; `etag` is that of theirs as they were shown. */
  merge(text: string, etag: string): void {
    this.#send({ type: "merged", text, etag });
    this.#schedule(0);
  }

  /** Keep at once what is not saved, for the page may go. */
  keep(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const draft = this.state.get();
    if (isDirty(draft) && "text" in draft) this.#kept.put(this.#name, JSON.stringify({ text: draft.text, etag: draft.base.etag }));
    else if (draft.status === "saved") this.#kept.drop(this.#name);
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
      this.#lookAgain();
    }
    return this.state.get().status === "saved";
  }

  async #put(etag: string, text: string): Promise<void> {
    try {
      const saved = await this.#client.saveFile(this.#project, this.path, etag, text);
      this.#send({ type: "saved", etag: saved.etag });
      this.#autosaveSoon();
    } catch (failed) {
      await this.#failed(failed);
    }
  }

  async #failed(failed: unknown): Promise<void> {
    this.#send({ type: "save-failed", message: wordsOf(failed) });
    if (hasStatus(failed, 409) || hasStatus(failed, 412)) await this.reload();
    else if (hasStatus(failed, 0)) this.#schedule(RETRY_MS);
  }

  /** Save in a while what nobody asked to save, where that is wanted. */
  #autosaveSoon(): void {
    if (savesByItself()) this.#schedule(IDLE_MS);
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    if (isDirty(this.state.get())) this.#timer = setTimeout(() => void this.save(), afterMs);
  }

  /** What the disk was said to have meanwhile may be one's own save, or somebody else's after it. */
  #lookAgain(): void {
    const heard = this.#heard;
    this.#heard = null;
    // A file that was read before the save may come after it, and be an old one.
    if (this.#reading !== null || (heard !== null && heard !== etagOf(this.state.get()))) void this.reload();
  }

  get #name(): string {
    return `${this.#project}/${this.path}`;
  }

  /** Take up, once, what a reload of the page interrupted. */
  #restore(): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const found = keptDraft(this.#kept.get(this.#name));
    if (found === null) return;
    this.#send({ type: "restored", ...found });
    this.#autosaveSoon();
  }

  #send(event: DraftEvent): void {
    const before = this.state.get();
    this.state.update((draft) => stepDraft(draft, event));
    if (this.state.get() !== before) this.#keeping ??= setTimeout(() => this.keep(), KEEP_MS);
  }
}

function savesByItself(): boolean {
  return autosave.get() !== "no";
}

function etagOf(draft: Draft): string | null {
  if (draft.status === "conflict") return draft.theirs.etag;
  return "base" in draft ? draft.base.etag : null;
}

function keptDraft(text: string | null): { readonly text: string; readonly etag: string } | null {
  if (text === null) return null;
  const found: unknown = JSON.parse(text);
  return isRecord(found) && typeof found["text"] === "string" && typeof found["etag"] === "string"
    ? { text: found["text"], etag: found["etag"] }
    : null;
}

function wordsOf(failed: unknown): string {
  return failed instanceof RequestFailed ? failed.message : "The file could not be read.";
}

export type SavedState = "saved" | "saving" | "edited" | "trouble";

/** The drafts of a project's files that were opened. */
export class Drafts {
  readonly summary = new Store<SavedState>("saved");
  readonly #client: FileStore;
  readonly #project: string;
  readonly #files = new Map<string, DraftFile>();

  constructor(client: FileStore, project: string) {
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

  /** The page goes: keep what is not saved over a reload of it, and save it unless that waits to be asked for. */
  leave(): void {
    for (const file of this.#files.values()) file.keep();
    if (savesByItself()) void this.saveAll();
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
