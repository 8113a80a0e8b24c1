/** What the language service calls files: `project:/path`, or `module:/number/name` for one beyond the project. */

const PROJECT = "project:/";
const MODULE = "module:/";

export function addressOf(path: string): string {
  return PROJECT + path.split("/").map(encodeURIComponent).join("/");
}

/** The path of a file of the project; null for any other file. */
export function pathOf(address: string): string | null {
  return address.startsWith(PROJECT) ? decodeURIComponent(address.slice(PROJECT.length)) : null;
}

/** What a person calls a file beyond the project: `pandas/core/frame.py`. */
export function moduleName(address: string): string {
  return address.startsWith(MODULE) ? decodeURIComponent(address.slice(MODULE.length).replace(/^\d+\//u, "")) : address;
}
