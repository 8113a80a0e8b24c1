import type { BlockRunView, FailureView } from "../wire/schemas";
import { failureLine } from "./look";

type State = BlockRunView["state"];

/** Attempts, one after the other, that came to nothing in the same way. */
export interface Attempts {
  readonly first: number;
  readonly last: number;
  readonly state: State;
  readonly startedAt: number | null;
  readonly seconds: number | null;
  readonly why: string;
  readonly failure: FailureView | null;
}

/** The attempts of a block before its last, those that failed alike told once. */
export function earlierAttempts(part: BlockRunView): readonly Attempts[] {
  const found: Attempts[] = [];
  for (const one of part.earlier) {
    const why = whyOf(one.state, one.failure, one.because);
    const before = found.at(-1);
    if (before?.state === one.state && before.why === why) {
      found[found.length - 1] = { ...before, last: one.attempt };
      continue;
    }
    const seconds = one.started_at === null || one.ended_at === null ? null : one.ended_at - one.started_at;
    found.push({ first: one.attempt, last: one.attempt, state: one.state, startedAt: one.started_at, seconds, why, failure: one.failure });
  }
  return found;
}

/** Why an attempt came to nothing, in words; empty where there is nothing to say. */
export function whyOf(state: State, failure: FailureView | null, because: string): string {
  if (failure !== null) return failureLine(failure);
  if (state === "unknown") return `${sentence(because === "" ? "the process that ran it ended" : because)} It was killed, or its machine went down; whether it took effect is not known.`;
  return because === "" ? "" : sentence(because);
}

/** Write words that begin small as a sentence. */
export function sentence(words: string): string {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** Name attempts: Attempt 2, Attempts 1 to 3. */
export function attemptsWord(attempts: Attempts): string {
  return attempts.first === attempts.last ? `Attempt ${attempts.first}` : `Attempts ${attempts.first} to ${attempts.last}`;
}
