import { RequestFailed } from "../wire/failure";
import { Store } from "./store";

/** Something the user is told at the edge of the screen. */
export interface Notice {
  readonly id: number;
  readonly tone: "plain" | "trouble";
  readonly text: string;
  readonly hint: string;
}

export const notices = new Store<readonly Notice[]>([]);

const PLAIN_MS = 4000;
const TROUBLE_MS = 12_000;
let lastId = 0;

function show(notice: Omit<Notice, "id">, forMs: number): void {
  lastId += 1;
  const id = lastId;
  const isReplaced = (one: Notice) => one.text === notice.text || (one.tone === "plain" && notice.tone === "plain");
  notices.update((shown) => [...shown.filter((one) => !isReplaced(one)), { ...notice, id }].slice(-4));
  setTimeout(() => dismiss(id), forMs);
}

export function tell(text: string): void {
  show({ tone: "plain", text, hint: "" }, PLAIN_MS);
}

export function tellFailure(what: string, failed: unknown): void {
  const hint = failed instanceof RequestFailed ? failed.hint : "";
  show({ tone: "trouble", text: `${what}: ${wordsOf(failed)}`, hint }, TROUBLE_MS);
}

/** Take back what was told of troubles, once what is done now makes them a thing of the past. */
export function clearTroubles(of = ""): void {
  notices.update((shown) => shown.filter((one) => one.tone === "plain" || !one.text.startsWith(of)));
}

export function wordsOf(failed: unknown): string {
  return failed instanceof Error ? failed.message : String(failed);
}

export function dismiss(id: number): void {
  notices.update((shown) => shown.filter((one) => one.id !== id));
}
