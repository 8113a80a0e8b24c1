import { decode } from "../wire/decode";
import type { ServerMessage } from "../wire/schemas";
import { type Socket, type SocketEffect, type SocketEvent, stepSocket, UNSTARTED } from "./socket";
import { Store } from "./store";

export interface LiveWorld {
  readonly key: () => string | null;
  readonly told: (message: ServerMessage) => void;
  readonly refetch: () => void;
  readonly signedOut: () => void;
}

const PING_MS = 20_000;

/** The driver of the one WebSocket: does what `stepSocket` decides and hands it what happens. */
export class Live {
  readonly state = new Store<Socket>(UNSTARTED);
  readonly #world: LiveWorld;
  readonly #topics = new Map<string, number>();
  #socket: WebSocket | null = null;

  constructor(world: LiveWorld) {
    this.#world = world;
  }

  start(): void {
    if (this.state.get().status !== "idle") return this.#send({ type: "started" });
    this.#send({ type: "started" });
    setInterval(() => this.#say({ op: "ping" }), PING_MS);
    globalThis.addEventListener("online", () => this.#send({ type: "retry-due" }));
  }

  /** Ask for a topic until the returned function is called. */
  want(topic: string): () => void {
    this.#topics.set(topic, (this.#topics.get(topic) ?? 0) + 1);
    this.#send({ type: "wanted", topics: [...this.#topics.keys()] });
    return () => {
      const left = (this.#topics.get(topic) ?? 1) - 1;
      if (left > 0) this.#topics.set(topic, left);
      else this.#topics.delete(topic);
      this.#send({ type: "wanted", topics: [...this.#topics.keys()] });
    };
  }

  retryNow(): void {
    this.#send({ type: "retry-due" });
  }

  #send(event: SocketEvent): void {
    const [socket, effects] = stepSocket(this.state.get(), event);
    this.state.set(socket);
    for (const effect of effects) this.#perform(effect);
    if (socket.status === "signed-out" && event.type === "closed") this.#world.signedOut();
  }

  #perform(effect: SocketEffect): void {
    switch (effect.do) {
      case "connect":
        return this.#connect();
      case "hello":
        return this.#say({
          op: "hello",
          key: this.#world.key() ?? "",
          epoch: effect.last?.epoch ?? null,
          since: effect.last?.seq ?? null,
        });
      case "subscribe":
      case "unsubscribe":
        return this.#say({ op: effect.do, topics: effect.topics });
      case "retry":
        setTimeout(() => this.#send({ type: "retry-due" }), effect.afterMs);
        return;
      case "refetch":
        return this.#world.refetch();
      case "tell":
        return this.#world.told(effect.message);
    }
  }

  #connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/socket`);
    this.#socket = socket;
    socket.onopen = () => this.#send({ type: "connected" });
    socket.onmessage = (message: MessageEvent<unknown>) => this.#hear(message.data);
    socket.onclose = (closing) => this.#closed(socket, closing.code);
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#send({ type: "closed", code });
  }

  #say(message: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(text: unknown): void {
    const found: unknown = JSON.parse(String(text));
    const reply = decode("SocketReply", found);
    switch (reply.type) {
      case "welcome":
        return this.#send({ type: "welcomed", epoch: reply.epoch, seq: reply.seq, resumed: reply.resumed });
      case "message":
        return this.#send({ type: "told", message: reply });
      case "error":
        console.warn("The server did not understand a message:", reply.error.message);
        return;
      case "pong":
        return;
    }
  }
}
