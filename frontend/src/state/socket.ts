import type { ServerMessage } from "../wire/schemas";

/** The one connection for what changes, as values: `step` decides, a driver does. Times in ms. */
export type Socket =
  | { readonly status: "idle"; readonly last: Place | null; readonly topics: readonly string[] }
  | { readonly status: "opening"; readonly last: Place | null; readonly topics: readonly string[]; readonly tries: number }
  | { readonly status: "greeting"; readonly last: Place | null; readonly topics: readonly string[]; readonly tries: number }
  | { readonly status: "open"; readonly last: Place; readonly topics: readonly string[] }
  | { readonly status: "lost"; readonly last: Place | null; readonly topics: readonly string[]; readonly tries: number }
  | { readonly status: "signed-out"; readonly last: null; readonly topics: readonly string[] };

/** The number of the last message seen, and the server's epoch that it counts in. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

export type SocketEvent =
  | { readonly type: "started" }
  | { readonly type: "connected" }
  | { readonly type: "welcomed"; readonly epoch: string; readonly seq: number; readonly resumed: boolean }
  | { readonly type: "told"; readonly message: ServerMessage }
  | { readonly type: "closed"; readonly code: number }
  | { readonly type: "retry-due" }
  | { readonly type: "wanted"; readonly topics: readonly string[] };

export type SocketEffect =
  | { readonly do: "connect" }
  | { readonly do: "hello"; readonly last: Place | null }
  | { readonly do: "subscribe"; readonly topics: readonly string[] }
  | { readonly do: "unsubscribe"; readonly topics: readonly string[] }
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "refetch" }
  | { readonly do: "tell"; readonly message: ServerMessage };

export type Stepped = readonly [Socket, readonly SocketEffect[]];

const CLOSED_SIGNED_OUT = 4401;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

export const UNSTARTED: Socket = { status: "idle", last: null, topics: [] };

/** Return the connection after an event, and what is to be done. */
export function stepSocket(socket: Socket, event: SocketEvent): Stepped {
  switch (event.type) {
    case "started":
      return socket.status === "idle" || socket.status === "signed-out"
        ? [{ status: "opening", last: socket.last, topics: socket.topics, tries: 0 }, [{ do: "connect" }]]
        : [socket, []];
    case "connected":
      return socket.status === "opening"
        ? [{ ...socket, status: "greeting" }, [{ do: "hello", last: socket.last }]]
        : [socket, []];
    case "welcomed":
      return socket.status === "greeting" ? welcomed(socket, event) : [socket, []];
    case "told":
      return socket.status === "open" ? told(socket, event.message) : [socket, []];
    case "closed":
      return closed(socket, event.code);
    case "retry-due":
      return socket.status === "lost" ? [{ ...socket, status: "opening" }, [{ do: "connect" }]] : [socket, []];
    case "wanted":
      return wanted(socket, event.topics);
  }
}

function welcomed(
  socket: Extract<Socket, { status: "greeting" }>,
  event: Extract<SocketEvent, { type: "welcomed" }>,
): Stepped {
  const last = event.resumed && socket.last !== null ? socket.last : { epoch: event.epoch, seq: event.seq };
  const subscribe: readonly SocketEffect[] = socket.topics.length > 0 ? [{ do: "subscribe", topics: socket.topics }] : [];
  const refetch: readonly SocketEffect[] = event.resumed ? [] : [{ do: "refetch" }];
  return [{ status: "open", last, topics: socket.topics }, [...subscribe, ...refetch]];
}

function told(socket: Extract<Socket, { status: "open" }>, message: ServerMessage): Stepped {
  if (message.seq <= socket.last.seq) return [socket, []];
  return [{ ...socket, last: { ...socket.last, seq: message.seq } }, [{ do: "tell", message }]];
}

function closed(socket: Socket, code: number): Stepped {
  if (code === CLOSED_SIGNED_OUT) return [{ status: "signed-out", last: null, topics: socket.topics }, []];
  switch (socket.status) {
    case "idle":
    case "lost":
    case "signed-out":
      return [socket, []];
    case "open":
      return [{ ...socket, status: "lost", tries: 1 }, [{ do: "retry", afterMs: FIRST_RETRY_MS }]];
    case "opening":
    case "greeting": {
      const afterMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** socket.tries);
      return [{ ...socket, status: "lost", tries: socket.tries + 1 }, [{ do: "retry", afterMs }]];
    }
  }
}

function wanted(socket: Socket, topics: readonly string[]): Stepped {
  const added = topics.filter((topic) => !socket.topics.includes(topic));
  const gone = socket.topics.filter((topic) => !topics.includes(topic));
  if (socket.status !== "open") return [{ ...socket, topics }, []];
  const effects: SocketEffect[] = [];
  if (added.length > 0) effects.push({ do: "subscribe", topics: added });
  if (gone.length > 0) effects.push({ do: "unsubscribe", topics: gone });
  return [{ ...socket, topics }, effects];
}
