import type { Client } from "./client";
import type { Schemas } from "./schemas";

export type ConnectionsView = Schemas["ConnectionsView"];
export type ConnectionEntry = Schemas["ConnectionEntryView"];
export type ConnectionForm = Schemas["ConnectionFormView"];
export type ConnectionPlan = Schemas["ConnectionPlan"];
export type ConnectionTried = Schemas["ConnectionTried"];
export type ConnectionEdit = Schemas["SetConnection"] | Schemas["RemoveConnection"];

const FILE = "connections.yaml";

/** The routes of a project's connections and secrets. */
export class ConnectionsClient {
  readonly #client: Client;
  readonly #at: string;

  constructor(client: Client, project: string) {
    this.#client = client;
    this.#at = `/projects/${encodeURIComponent(project)}`;
  }

  all = () => this.#client.json("ConnectionsView", `${this.#at}/connections`);
  plan = (body: ConnectionEdit) => this.#client.json("ConnectionPlan", `${this.#at}/connections/plan`, { method: "POST", body });
  tryOut = (body: Schemas["TryConnection"]) => this.#client.json("ConnectionTried", `${this.#at}/connections/try`, { method: "POST", body });
  /** Save connections.yaml over the version that a plan was made of. */
  save = (etag: string | null, text: string) =>
    this.#client.json("FileSaved", `${this.#at}/files/${FILE}`, { method: "PUT", body: { text }, headers: etag === null ? { "If-None-Match": "*" } : { "If-Match": etag } });
  writeSecret = (name: string, value: string) =>
    this.#client.json("ConnectionsView", `${this.#at}/secrets/${encodeURIComponent(name)}`, { method: "PUT", body: { value } });
  deleteSecret = (name: string) => this.#client.json("ConnectionsView", `${this.#at}/secrets/${encodeURIComponent(name)}`, { method: "DELETE" });
}
