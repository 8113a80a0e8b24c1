import { expect, test } from "vitest";
import type { ServerMessage } from "../wire/schemas";
import { type Socket, type SocketEffect, type SocketEvent, stepSocket, UNSTARTED } from "./socket";

const message = (seq: number): ServerMessage => ({
  type: "message", seq, topic: "project:p", happening: { type: "file_changed", project: "p", path: "a.py", etag: null },
});
function after(socket: Socket, ...events: SocketEvent[]): readonly [Socket, readonly SocketEffect[]] {
  let effects: readonly SocketEffect[] = [];
  let now = socket;
  for (const event of events) [now, effects] = stepSocket(now, event);
  return [now, effects];
}
const OPENED: readonly SocketEvent[] = [
  { type: "wanted", topics: ["project:p"] },
  { type: "started" },
  { type: "connected" },
  { type: "welcomed", epoch: "e1", seq: 5, resumed: false },
];

test("a first connection asks for its topics and reads everything anew", () => {
  const [socket, effects] = after(UNSTARTED, ...OPENED);

  expect(socket).toEqual({ status: "open", last: { epoch: "e1", seq: 5 }, topics: ["project:p"] });
  expect(effects).toEqual([{ do: "subscribe", topics: ["project:p"] }, { do: "refetch" }]);
});

test("a connection that is found again goes on after the last message seen", () => {
  const lost = after(UNSTARTED, ...OPENED, { type: "told", message: message(6) }, { type: "closed", code: 1006 });
  const back = after(lost[0], { type: "retry-due" }, { type: "connected" });
  const welcomed = after(back[0], { type: "welcomed", epoch: "e1", seq: 9, resumed: true });

  expect(lost[1]).toEqual([{ do: "retry", afterMs: 250 }]);
  expect(back[1]).toEqual([{ do: "hello", last: { epoch: "e1", seq: 6 } }]);
  expect(welcomed[1]).toEqual([{ do: "subscribe", topics: ["project:p"] }]);
  expect(after(welcomed[0], { type: "told", message: message(7) })[1]).toEqual([{ do: "tell", message: message(7) }]);
});

test("a server that was started anew has everything read anew", () => {
  const [, effects] = after(UNSTARTED, ...OPENED, { type: "closed", code: 1006 }, { type: "retry-due" }, { type: "connected" }, { type: "welcomed", epoch: "e2", seq: 0, resumed: false });

  expect(effects).toEqual([{ do: "subscribe", topics: ["project:p"] }, { do: "refetch" }]);
});

test("a message that comes twice is told once", () => {
  const [, effects] = after(UNSTARTED, ...OPENED, { type: "told", message: message(6) }, { type: "told", message: message(6) });

  expect(effects).toEqual([]);
});

test("retries come more slowly, but never more slowly than every five seconds", () => {
  let [socket] = after(UNSTARTED, ...OPENED, { type: "closed", code: 1006 });
  const waits: number[] = [];
  for (let tries = 0; tries < 7; tries += 1) {
    const [next, effects] = after(socket, { type: "retry-due" }, { type: "closed", code: 1006 });
    for (const effect of effects) if (effect.do === "retry") waits.push(effect.afterMs);
    socket = next;
  }

  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test("a closed session is not knocked at again", () => {
  expect(after(UNSTARTED, ...OPENED, { type: "closed", code: 4401 })).toEqual([{ status: "signed-out", last: null, topics: ["project:p"] }, []]);
});

test("topics that are no longer wanted are given back", () => {
  const [, effects] = after(UNSTARTED, ...OPENED, { type: "wanted", topics: ["logs:p/r1"] });

  expect(effects).toEqual([{ do: "subscribe", topics: ["logs:p/r1"] }, { do: "unsubscribe", topics: ["project:p"] }]);
});
