import { isRecord } from "../wire/decode";

type Hear = (message: string) => void;

export type LinkState = "closed" | "opening" | "open";

const NOT_SIGNED_IN = 4401;
const NO_PROJECT = 4404;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
const MOST_QUEUED = 32;

/** What the server answers to every window; it is known, so that nobody has to wait for it. */
const CAPABILITIES = {
  textDocumentSync: { openClose: true, change: 1 },
  completionProvider: { triggerCharacters: ["."], resolveProvider: true },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ["(", ","] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
};

interface LinkOptions {
  readonly url: string;
  readonly key: () => string | null;
  /** The service is there, for the first time or again, and knows nothing of what is open. */
  readonly onOpen: () => void;
}

/**
 * The connection to the language service, as one that never ends: it is opened when it is first needed, and again when
 * it was lost. A question that finds nobody is answered with an error at once.
 */
export class LanguageLink {
  readonly #options: LinkOptions;
  readonly #hearers = new Set<Hear>();
  #socket: WebSocket | null = null;
  #state: LinkState = "closed";
  #queued: string[] = [];
  #tries = 0;
  #isOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  subscribe = (hear: Hear): void => {
    this.#hearers.add(hear);
  };

  unsubscribe = (hear: Hear): void => {
    this.#hearers.delete(hear);
  };

  /** Open the connection, if it is not. */
  wake(): void {
    const key = this.#options.key();
    if (this.#state !== "closed" || this.#isOver || key === null) return;
    this.#state = "opening";
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ op: "hello", key }));
      this.#opened(socket);
    });
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") this.#tell(data);
    });
    socket.addEventListener("close", ({ code }) => this.#closed(code));
  }

  send = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return;
    if (message["method"] === "initialize") this.#answer(message["id"], { result: { capabilities: CAPABILITIES } });
    else if (this.isOpen) this.#socket?.send(text);
    else if ("id" in message) this.#later(text, message["id"]);
  };

  #opened(socket: WebSocket): void {
    this.#state = "open";
    this.#tries = 0;
    this.#options.onOpen();
    for (const text of this.#queued.splice(0)) socket.send(text);
  }

  #closed(code: number): void {
    this.#state = "closed";
    this.#socket = null;
    this.#isOver = code === NOT_SIGNED_IN || code === NO_PROJECT;
    for (const text of this.#queued.splice(0)) this.#refuse(text);
    if (this.#isOver) return;
    const afterMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries);
    this.#tries += 1;
    setTimeout(() => this.wake(), afterMs);
  }

  /** Notes are dropped while nobody is there: what is open is told anew. Questions wait for the door to open. */
  #later(text: string, id: unknown): void {
    if (this.#state === "opening" && this.#queued.length < MOST_QUEUED) this.#queued.push(text);
    else this.#answer(id, { error: { code: -32803, message: "The language service cannot be reached" } });
  }

  #refuse(text: string): void {
    const message: unknown = JSON.parse(text);
    if (isRecord(message)) this.#answer(message["id"], { error: { code: -32803, message: "The connection was lost" } });
  }

  #answer(id: unknown, answer: object): void {
    queueMicrotask(() => this.#tell(JSON.stringify({ jsonrpc: "2.0", id, ...answer })));
  }

  #tell(text: string): void {
    for (const hear of this.#hearers) hear(text);
  }
}
