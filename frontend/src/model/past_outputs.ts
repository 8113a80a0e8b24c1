import type { OutputView, PastOutputsView } from "../wire/schemas";

/** An output of a run, as one of a list of such: `isSame` where the one before it in time has the same content. */
export interface PastOutput {
  readonly run: string;
  readonly startedAt: number;
  readonly isReused: boolean;
  readonly isKept: boolean;
  readonly isSame: boolean;
  readonly output: OutputView;
}

/** The outputs of one name, newest first; of the oldest nobody knows what was before it. */
export function pastOutputs(entries: readonly PastOutputsView[], name: string): readonly PastOutput[] {
  const found = entries.flatMap((entry) =>
    entry.outputs
      .filter((one) => one.output.name === name)
      .map((one) => ({
        run: entry.run,
        startedAt: entry.started_at,
        isReused: entry.state === "reused",
        isKept: one.is_kept,
        output: one.output,
      })),
  );
  return found.map((one, index) => ({ ...one, isSame: found[index + 1]?.output.hash === one.output.hash }));
}

/** The names of all outputs that there were, in the order in which they come, the present ones first. */
export function outputNames(current: readonly OutputView[], entries: readonly PastOutputsView[]): readonly string[] {
  const past = entries.flatMap((entry) => entry.outputs.map((one) => one.output.name));
  return [...new Set([...current.map((one) => one.name), ...past])];
}

/** What is compared: the output of an earlier run with that of a later one. */
export interface ComparedPair {
  readonly before: PastOutput;
  readonly after: PastOutput;
}

/** Choose an output to compare, or leave it out; of three the one chosen first goes. */
export function withChosen(chosen: readonly string[], run: string): readonly string[] {
  return chosen.includes(run) ? chosen.filter((one) => one !== run) : [...chosen, run].slice(-2);
}

/** The two chosen ones in the order of time, or null while there are not two with data. */
export function pairOf(chosen: readonly string[], past: readonly PastOutput[]): ComparedPair | null {
  const [after, before] = past.filter((one) => chosen.includes(one.run) && one.isKept);
  return after === undefined || before === undefined ? null : { before, after };
}
