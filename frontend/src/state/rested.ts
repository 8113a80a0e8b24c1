/** Adds up what comes in quick succession; once nothing more has come for a while, `act` is called with the sum. */
export class Rested<Sum> {
  readonly #restMs: number;
  #waiting: { readonly sum: Sum; readonly timer: ReturnType<typeof setTimeout>; readonly act: (sum: Sum) => void } | null = null;

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  add(next: (before: Sum | null) => Sum, act: (sum: Sum) => void): void {
    const before = this.#waiting;
    if (before !== null) clearTimeout(before.timer);
    this.#waiting = { sum: next(before?.sum ?? null), timer: setTimeout(() => this.flush(), this.#restMs), act };
  }

  /** Act on what there is, now. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    this.#waiting = null;
    waiting.act(waiting.sum);
  }
}
