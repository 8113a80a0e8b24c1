import { BASE, type Client, filePath, query } from "./client";
import { decode } from "./decode";
import { errorOf, RequestFailed } from "./failure";
import type { Schemas } from "./schemas";

export type FileEdit = Schemas["FileEditRequest"];
export type TreeEntry = Schemas["TreeEntryView"];

export interface UploadAsked {
  readonly path: string;
  readonly content: Blob;
  readonly isReplacing: boolean;
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

export interface SearchAsked {
  readonly text: string;
  readonly isRegex: boolean;
  readonly isExactCase: boolean;
}

/** The routes of a project's files as a whole. */
export class FilesClient {
  readonly #client: Client;
  readonly #at: string;

  constructor(client: Client, project: string) {
    this.#client = client;
    this.#at = `/projects/${encodeURIComponent(project)}`;
  }

  tree = () => this.#client.json("FileTree", `${this.#at}/tree`);
  edit = (body: FileEdit) => this.#client.json("FilesEdited", `${this.#at}/tree/edits`, { method: "POST", body });
  deleted = async () => {
    const found: unknown = await (await this.#client.ask(`${this.#at}/tree/deleted`)).json();
    return Array.isArray(found) ? found.map((one) => decode("DeletedFile", one)) : [];
  };
  /** Begin a text file; refused where there is one of that name. */
  make = (path: string, text: string) =>
    this.#client.json("FileSaved", `${this.#at}/files/${filePath(path)}`, { method: "PUT", body: { text }, headers: { "If-None-Match": "*" } });
  search = ({ text, isRegex, isExactCase }: SearchAsked, signal: AbortSignal) =>
    this.#client.json("FileFindings", `${this.#at}/search${query({ text, regex: isRegex ? 1 : null, case: isExactCase ? 1 : null })}`, { signal });
  preview = async (path: string, offset: number, limit: number) =>
    new Uint8Array(await (await this.#client.ask(`${this.#at}/previews/${filePath(path)}${query({ offset, limit })}`)).arrayBuffer());
  picture = async (path: string) => (await this.#client.ask(`${this.#at}/pictures/${filePath(path)}`)).blob();

  /** Send a file's content; the browser reads it from disk as it goes. */
  upload({ path, content, isReplacing, onProgress, signal }: UploadAsked): Promise<Schemas["Uploaded"]> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", `${BASE}${this.#at}/uploads/${filePath(path)}${query({ replace: isReplacing ? 1 : null })}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      const key = this.#client.key();
      if (key !== null) request.setRequestHeader("X-Flowstone-Key", key);
      request.upload.onprogress = (event) => onProgress(event.loaded);
      request.onerror = () => reject(new RequestFailed({ status: "offline" }));
      request.onabort = () => reject(new DOMException("The upload was stopped", "AbortError"));
      request.onload = () => {
        const body = parsed(request.responseText);
        if (request.status === 200) resolve(decode("Uploaded", body));
        else reject(new RequestFailed({ status: "refused", code: request.status, error: errorOf(request.status, body) }));
      };
      signal.addEventListener("abort", () => request.abort());
      request.send(content);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
