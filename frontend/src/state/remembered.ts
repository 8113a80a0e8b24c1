import { Store } from "./store";

const stores = new Map<string, Store<string>>();

/** A choice of the user's that outlives the page, kept as text in the browser. */
export function remembered(name: string, initial: string): Store<string> {
  const known = stores.get(name);
  if (known !== undefined) return known;
  const store = new Store(read(name) ?? initial);
  store.subscribe(() => write(name, store.get()));
  stores.set(name, store);
  return store;
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`flowstone.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`flowstone.${name}`, value);
  } catch {
    return;
  }
}
