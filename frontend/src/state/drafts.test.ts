import { beforeEach, afterEach, expect, test, vi } from "vitest";
import { textOf } from "../model/draft";
import { RequestFailed } from "../wire/failure";
import { DraftFile, Drafts, type FileStore } from "./drafts";
import { Kept } from "./kept";
import { autosave } from "./preferences";

const INTERLEAVINGS = 1000;
const STEPS = 60;
const PATH = "transformers/clean.py";

/** Numbers that look random and are the same every time (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

class Memory {
  readonly #texts = new Map<string, string>();
  getItem = (name: string) => this.#texts.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#texts.set(name, value);
  removeItem = (name: string) => void this.#texts.delete(name);
}

const refused = (code: number) => new RequestFailed({ status: "refused", code, error: { code: "edit_conflict", message: "changed", details: {}, hint: "" } });

/** A disk and a server before it, whose requests and answers are on their way for as long as the test wants. */
class Disk {
  text = "";
  etag = '"0"';
  readonly onTheWay: (() => void)[] = [];
  readonly heard: ((etag: string) => void)[] = [];
  #writes = 0;

  write(text: string): void {
    this.text = text;
    this.#writes += 1;
    this.etag = `"${this.#writes}"`;
    const etag = this.etag;
    for (const hear of this.heard) this.onTheWay.push(() => hear(etag));
  }

  /** The server's routes; `loses` says whether a request, or only its answer, is lost. */
  store(loses: () => "nothing" | "request" | "answer"): FileStore {
    const travels = <Found,>(act: () => Found) =>
      new Promise<Found>((resolve, reject) => {
        const lost = loses();
        this.onTheWay.push(() => {
          if (lost === "request") return reject(new RequestFailed({ status: "offline" }));
          try {
            const found = act();
            this.onTheWay.push(() => (lost === "answer" ? reject(new RequestFailed({ status: "offline" })) : resolve(found)));
          } catch (failed) {
            this.onTheWay.push(() => reject(failed instanceof Error ? failed : new Error("failed")));
          }
        });
      });
    return {
      file: () => travels(() => ({ path: PATH, text: this.text, etag: this.etag })),
      saveFile: (_project, path, etag, text) =>
        travels(() => {
          if (etag !== this.etag) throw refused(409);
          this.write(text);
          return { path, etag: this.etag };
        }),
    };
  }
}

const words = (text: string) => text.split(" ").filter((word) => word !== "");
const settle = () => vi.advanceTimersByTimeAsync(0);

const never = <Found,>() => new Promise<Found>(() => undefined);

/** One life of a page: what it asks after its end is not sent, and it keeps nothing any more. */
function page(store: FileStore, memory: Memory) {
  const life = { isOver: false };
  const living = (): Memory => {
    if (life.isOver) throw new Error("the page is gone");
    return memory;
  };
  const asks: FileStore = {
    file: (project, path) => (life.isOver ? never() : store.file(project, path)),
    saveFile: (project, path, etag, text) => (life.isOver ? never() : store.saveFile(project, path, etag, text)),
  };
  const kept = new Kept("unsaved", { most: 5, longest: 100_000, shelf: living });
  return { life, file: new DraftFile(asks, "p", PATH, kept) };
}

/** A browser's tab: its draft, what its person typed, and what that person chose to drop. */
class Tab {
  #page: ReturnType<typeof page>;
  readonly #store: FileStore;
  readonly #memory = new Memory();

  constructor(disk: Disk, store: FileStore) {
    this.#store = store;
    this.#page = page(store, this.#memory);
    disk.heard.push((etag) => this.file.diskChanged(etag));
  }

  get file(): DraftFile {
    return this.#page.file;
  }

  get text(): string {
    return textOf(this.file.state.get()) ?? "";
  }

  type(word: string): boolean {
    if (textOf(this.file.state.get()) === null) return false;
    this.file.type(`${this.text} ${word}`);
    return true;
  }

  /** The page goes and comes again, in the middle of whatever was going on. */
  reload(isSaving: boolean): void {
    this.file.keep();
    if (isSaving) void this.file.save();
    this.#page.life.isOver = true;
    this.#page = page(this.#store, this.#memory);
  }

  /** Settle a conflict; answers with the words that were dropped by choice. */
  choose(how: number): readonly string[] {
    const draft = this.file.state.get();
    if (draft.status !== "conflict") return [];
    const mine = words(draft.text);
    const theirs = words(draft.theirs.text);
    if (how === 0) {
      this.file.takeTheirs();
      return mine.filter((word) => !theirs.includes(word));
    }
    if (how === 1) {
      this.file.keepMine();
      return theirs.filter((word) => !mine.includes(word));
    }
    this.file.merge([...theirs, ...mine.filter((word) => !theirs.includes(word))].join(" "), draft.theirs.etag);
    return [];
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  autosave.set("yes");
});

async function play(seed: number): Promise<void> {
  const roll = dice(seed);
  const disk = new Disk();
  let isStormy = true;
  const loses = () => {
    const fell = roll(12);
    return !isStormy || fell > 1 ? "nothing" : fell === 0 ? "request" : "answer";
  };
  const tabs = [new Tab(disk, disk.store(loses)), new Tab(disk, disk.store(loses))] as const;
  const typed = new Set<string>();
  const dropped = new Set<string>();
  const deliver = async () => {
    const [arrived] = disk.onTheWay.splice(roll(disk.onTheWay.length), 1);
    arrived?.();
    await settle();
  };
  for (let step = 0; step < STEPS; step += 1) {
    const tab = roll(2) === 0 ? tabs[0] : tabs[1];
    const word = `w${seed}_${step}`;
    const act = roll(20);
    if (act < 7) {
      if (tab.type(word)) typed.add(word);
    } else if (act === 7) {
      typed.add(word);
      disk.write(`${disk.text} ${word}`);
    } else if (act === 8) tab.reload(roll(2) === 0);
    else if (act < 11) for (const one of tab.choose(roll(4))) dropped.add(one);
    else if (act === 11) await vi.advanceTimersByTimeAsync(roll(1500));
    else if (disk.onTheWay.length > 0) await deliver();
    await settle();
  }
  isStormy = false;
  for (let round = 0; round < 40; round += 1) {
    while (disk.onTheWay.length > 0) await deliver();
    for (const tab of tabs) tab.choose(3);
    await vi.advanceTimersByTimeAsync(4000);
  }
  const missing = [...typed].filter((word) => !dropped.has(word) && !words(disk.text).includes(word));
  expect({ seed, missing }).toEqual({ seed, missing: [] });
  expect(tabs.map((tab) => [tab.file.state.get().status, tab.text])).toEqual(tabs.map(() => ["saved", disk.text]));
}

test(`in ${INTERLEAVINGS} interleavings of two tabs and an outside writer no keystroke is lost but by choice`, { timeout: 60_000 }, async () => {
  for (let seed = 1; seed <= INTERLEAVINGS; seed += 1) await play(seed);
});

test("what is not saved outlives a reload, and stands against what the disk has meanwhile", async () => {
  const disk = new Disk();
  const tab = new Tab(disk, disk.store(() => "nothing"));
  const deliverAll = async () => {
    for (let arrived = disk.onTheWay.shift(); arrived !== undefined; arrived = disk.onTheWay.shift()) {
      arrived();
      await settle();
    }
  };
  await deliverAll();
  tab.type("mine");

  tab.reload(false);
  await deliverAll();
  const alone = tab.file.state.get().status;
  disk.heard.length = 0;
  tab.reload(false);
  disk.write("theirs");
  await deliverAll();

  expect(alone).toBe("edited");
  expect(tab.file.state.get()).toMatchObject({ status: "conflict", text: " mine", theirs: { text: "theirs" } });
});

test("what nobody asked to save waits, where that is wanted, whatever happens meanwhile", async () => {
  autosave.set("no");
  const disk = new Disk();
  const store = disk.store(() => "nothing");
  const tab = new Tab(disk, store);
  const deliverAll = async () => {
    await vi.advanceTimersByTimeAsync(5000);
    for (let arrived = disk.onTheWay.shift(); arrived !== undefined; arrived = disk.onTheWay.shift()) {
      arrived();
      await vi.advanceTimersByTimeAsync(5000);
    }
  };
  await deliverAll();
  tab.type("asked");
  const saved = tab.file.save();
  tab.type("meanwhile");
  await deliverAll();
  await saved;
  const afterSave = disk.text;
  tab.reload(false);
  await deliverAll();
  const drafts = new Drafts(store, "p");
  const left = drafts.open(PATH);
  await deliverAll();
  left.type("left");
  drafts.leave();
  await deliverAll();
  autosave.set("yes");
  drafts.leave();
  await vi.advanceTimersByTimeAsync(0);

  expect(afterSave).toBe(" asked");
  expect([tab.file.state.get().status, tab.text]).toEqual(["edited", " asked meanwhile"]);
  expect([disk.text, left.state.get().status]).toEqual([" asked", "saving"]);
});
