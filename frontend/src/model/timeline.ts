import type { BlockRunView, RunView } from "../wire/schemas";
import { duration } from "./format";

/** How wide a time is drawn in which nobody drove the run, in hundredths: it tells that there was one, not how long. */
const PAUSE_WIDTH = 4;
const MOST_TICKS = 6;
const SHORTEST_S = 0.001;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
  readonly isPause: boolean;
}

/** A run's time as a line from 0 to 100, its pauses drawn short. */
export interface TimeScale {
  readonly pieces: readonly Piece[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Lay a run's time out; now is in seconds since the epoch. */
export function scaleOf(run: RunView, now: number): TimeScale {
  const end = Math.max(run.ended_at ?? now, run.started_at + SHORTEST_S);
  const pauses = run.pauses.filter((pause) => pause.ended_at > pause.began_at && pause.began_at < end);
  const driven = Math.max(SHORTEST_S, end - run.started_at - pauses.reduce((sum, pause) => sum + pause.ended_at - pause.began_at, 0));
  const room = 100 - PAUSE_WIDTH * Math.min(pauses.length, 10);
  const pauseWidth = pauses.length === 0 ? 0 : (100 - room) / pauses.length;
  const pieces: Piece[] = [];
  let at = run.started_at;
  let left = 0;
  const add = (to: number, isPause: boolean) => {
    const width = isPause ? pauseWidth : (room * Math.max(0, to - at)) / driven;
    pieces.push({ from: at, to, left, width, isPause });
    left += width;
    at = to;
  };
  for (const pause of pauses) {
    add(Math.max(at, pause.began_at), false);
    add(Math.max(at, pause.ended_at), true);
  }
  add(Math.max(at, end), false);
  return { pieces, ticks: ticksOf(pieces, driven) };
}

/** Where a moment lies on the line. */
export function placeOn(scale: TimeScale, at: number): number {
  const piece = scale.pieces.find((one) => at <= one.to) ?? scale.pieces.at(-1);
  if (piece === undefined) return 0;
  const share = piece.to > piece.from ? (at - piece.from) / (piece.to - piece.from) : 0;
  return piece.left + piece.width * Math.min(1, Math.max(0, share));
}

function ticksOf(pieces: readonly Piece[], driven: number) {
  const step = stepFor(driven);
  const ticks: { at: number; label: string }[] = [];
  let passed = 0;
  for (const piece of pieces.filter((one) => !one.isPause)) {
    const length = piece.to - piece.from;
    for (let nth = Math.ceil(passed / step); nth * step <= passed + length && ticks.length <= MOST_TICKS; nth += 1) {
      const place = length > 0 ? piece.left + (piece.width * (nth * step - passed)) / length : piece.left;
      if (place < 94) ticks.push({ at: place, label: nth === 0 ? "0" : duration(nth * step) });
    }
    passed += length;
  }
  return ticks;
}

function stepFor(seconds: number): number {
  const rough = seconds / MOST_TICKS;
  const nice = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
  return nice.find((step) => step >= rough) ?? Math.ceil(rough / 86_400) * 86_400;
}

/** An attempt of a block, or the time that it waited for one. */
export interface Stretch {
  readonly kind: "attempt" | "waiting" | "retry";
  readonly state: BlockRunView["state"];
  readonly attempt: number;
  readonly from: number;
  readonly to: number;
}

/** What a block did when: it waited for room, tried, waited to be tried again, tried again. `readyAt` is when its inputs were there. */
export function stretchesOf(run: RunView, part: BlockRunView, now: number, readyAt: number | null = null): readonly Stretch[] {
  const attempts = attemptsOf(run, part, now);
  const [first] = attempts;
  if (first === undefined) return waitsStill(run, part, now, readyAt);
  const waits = readyAt !== null && first.from - readyAt > WORTH_SHOWING_S ? [waiting("waiting", first, readyAt, first.from)] : [];
  const retries = attempts.slice(1).flatMap((attempt, index) => {
    const before = attempts[index];
    if (before === undefined || attempt.from - before.to < WORTH_SHOWING_S) return [];
    // A block that was done again because its run was resumed did not wait for that: nobody was there.
    return run.pauses.some((pause) => pause.began_at >= before.to && pause.ended_at <= attempt.from) ? [] : [waiting("retry", attempt, before.to, attempt.from)];
  });
  const last = attempts.at(-1);
  const open = part.state === "retrying" && last !== undefined ? [waiting("retry", last, last.to, run.ended_at ?? now)] : [];
  return [...waits, ...retries, ...attempts, ...open];
}

const WORTH_SHOWING_S = 0.02;

function waitsStill(run: RunView, part: BlockRunView, now: number, readyAt: number | null): readonly Stretch[] {
  if (part.state !== "waiting" || readyAt === null) return [];
  return [{ kind: "waiting", state: part.state, attempt: 0, from: readyAt, to: run.ended_at ?? now }];
}

function waiting(kind: "waiting" | "retry", next: Stretch, from: number, to: number): Stretch {
  return { kind, state: "waiting", attempt: next.attempt, from, to };
}

/** A block's attempts, oldest first. One that was cut off ends where the run did, or where the next one began. */
function attemptsOf(run: RunView, part: BlockRunView, now: number): readonly Stretch[] {
  const known = [...part.earlier, ...(part.earlier.at(-1)?.attempt === part.attempt ? [] : [part])];
  const begun = known.flatMap((one) => (one.started_at === null ? [] : [{ ...one, started_at: one.started_at }]));
  return begun.map((one, index): Stretch => {
    const next = begun[index + 1]?.started_at ?? run.ended_at ?? now;
    const pause = run.pauses.find((pause) => pause.began_at >= one.started_at)?.began_at ?? next;
    return { kind: "attempt", state: one.state, attempt: one.attempt, from: one.started_at, to: one.ended_at ?? Math.min(pause, next) };
  });
}

/** When a block's inputs were all there: when the last of the blocks it reads ended; the run's start where it reads none of them. */
export function readyAt(run: RunView, part: BlockRunView, upstream: readonly string[]): number | null {
  const read = run.blocks.filter((one) => upstream.includes(one.id));
  if (read.some((one) => one.ended_at === null)) return null;
  const ready = Math.max(run.started_at, ...read.map((one) => one.ended_at ?? 0));
  return part.started_at !== null && part.earlier.length === 0 && ready > part.started_at ? null : ready;
}

/** A block with its items, if it is mapped over some. */
export interface TimelineRow {
  readonly part: BlockRunView;
  readonly items: readonly BlockRunView[];
}

/** The blocks of a run in order, each with the items that it ran for. */
export function rowsOf(run: RunView): readonly TimelineRow[] {
  const items = new Map<string, BlockRunView[]>();
  for (const part of run.blocks) {
    if (part.item === null) continue;
    const parent = parentOf(part.id);
    items.set(parent, [...(items.get(parent) ?? []), part]);
  }
  return run.blocks
    .filter((part) => part.item === null)
    .map((part) => ({ part, items: (items.get(part.id) ?? []).toSorted((left, right) => (left.item?.index ?? 0) - (right.item?.index ?? 0)) }));
}

/** The block that an item belongs to: no id of a block has a hyphen. */
export function parentOf(id: string): string {
  return id.split("-")[0] ?? id;
}

/** What an item is called: its number, counted from 1, and what it stands for. */
export function itemName(part: BlockRunView): string {
  if (part.item === null) return part.id;
  return part.item.label === "" ? `Item ${part.item.index + 1}` : part.item.label;
}

/** How many items are in each state, in words: 3 done, 1 failed. */
export function itemsWord(items: readonly BlockRunView[], word: (state: BlockRunView["state"]) => string): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(word(item.state), (counts.get(word(item.state)) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name.toLowerCase()}`).join(", ");
}
