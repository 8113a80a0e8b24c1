import type { Client } from "../wire/client";
import { tokenOf } from "../model/route";
import type { Schemas } from "../wire/schemas";
import { Store } from "./store";

export type Session =
  | { readonly status: "signing-in" }
  | { readonly status: "signed-in"; readonly key: string }
  | { readonly status: "signed-out"; readonly why: "no-key" | "bad-link" | "ended" | "unreachable" };

const KEY = "flowstone.key";

export const session = new Store<Session>({ status: "signing-in" });

export function sessionKey(): string | null {
  const now = session.get();
  return now.status === "signed-in" ? now.key : null;
}

/** Sign in with the start link's token if the address has one, else with the key of last time. */
export async function beginSession(client: Client): Promise<void> {
  const token = tokenOf(location.hash);
  if (token === null) {
    const key = localStorage.getItem(KEY);
    session.set(key === null ? { status: "signed-out", why: "no-key" } : { status: "signed-in", key });
    return;
  }
  history.replaceState(null, "", location.pathname + location.search);
  try {
    await signIn(client, { token });
  } catch {
    const key = localStorage.getItem(KEY);
    session.set(key === null ? { status: "signed-out", why: "bad-link" } : { status: "signed-in", key });
  }
}

/** Sign in with a token or a password. Throws RequestFailed. */
export async function signIn(client: Client, by: Schemas["SignIn"]): Promise<void> {
  const { key } = await client.signIn(by);
  localStorage.setItem(KEY, key);
  session.set({ status: "signed-in", key });
}

/** The server does not know this browser any more. */
export function endSession(): void {
  localStorage.removeItem(KEY);
  session.set({ status: "signed-out", why: "ended" });
}
