import { type Client, query } from "./client";
import { decode } from "./decode";
import type { Schemas } from "./schemas";

export type GitStanding = Schemas["GitStanding"];
export type ChangedFile = Schemas["ChangedFileView"];
export type PipelineChanges = Schemas["PipelineChanges"];

/** The routes of the repository that a project lies in. */
export class GitClient {
  readonly #client: Client;
  readonly #at: string;

  constructor(client: Client, project: string) {
    this.#client = client;
    this.#at = `/projects/${encodeURIComponent(project)}`;
  }

  standing = () => this.#client.json("GitStanding", `${this.#at}/git`);
  init = () => this.#client.json("GitStanding", `${this.#at}/git/init`, { method: "POST" });
  stage = (paths: readonly string[], isStaged: boolean) =>
    this.#client.json("GitStanding", `${this.#at}/git/stage`, { method: "POST", body: { paths, is_staged: isStaged } });
  commit = (message: string) => this.#client.json("GitStanding", `${this.#at}/git/commits`, { method: "POST", body: { message } });
  switchTo = (branch: string, isNew: boolean) =>
    this.#client.json("GitStanding", `${this.#at}/git/switch`, { method: "POST", body: { branch, is_new: isNew } });
  /** What differs from the last commit: of one file, staged or not, or of all. */
  difference = async (path: string | null, isStaged: boolean) =>
    (await this.#client.json("GitDifference", `${this.#at}/git/difference${query({ path, staged: isStaged ? 1 : null })}`)).text;
  commitDifference = async (commit: string) => (await this.#client.json("GitDifference", `${this.#at}/git/commit${query({ commit })}`)).text;
  commits = async () => {
    const found: unknown = await (await this.#client.ask(`${this.#at}/git/commits${query({ limit: 50 })}`)).json();
    return Array.isArray(found) ? found.map((one) => decode("CommitView", one)) : [];
  };
  changes = (pipeline: string) =>
    this.#client.json("PipelineChanges", `${this.#at}/pipelines/${encodeURIComponent(pipeline)}/changes`);
}
