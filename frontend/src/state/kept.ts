/** What a browser window keeps over a reload: bounded, and never a reason to fail. */
interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

const INDEX = "flowstone.kept";

/** Texts by name in the window's own storage; the ones that were not touched for longest make room. */
export class Kept {
  readonly #shelf: () => Shelf;
  readonly #kind: string;
  readonly #most: number;
  readonly #longest: number;

  /** Units: most in texts of this kind, longest in characters of one. */
  constructor(kind: string, { most, longest, shelf = () => sessionStorage }: { most: number; longest: number; shelf?: () => Shelf }) {
    this.#kind = kind;
    this.#most = most;
    this.#longest = longest;
    this.#shelf = shelf;
  }

  get(name: string): string | null {
    return this.#try((shelf) => shelf.getItem(this.#key(name))) ?? null;
  }

  /** Keep a text; one that is too long is not kept, and false is answered. */
  put(name: string, text: string): boolean {
    if (text.length > this.#longest) {
      this.drop(name);
      return false;
    }
    return (
      this.#try((shelf) => {
        const names = [...this.#names(shelf).filter((one) => one !== name), name];
        for (const old of names.splice(0, Math.max(0, names.length - this.#most))) shelf.removeItem(this.#key(old));
        shelf.setItem(this.#key(name), text);
        shelf.setItem(this.#index, JSON.stringify(names));
        return true;
      }) ?? false
    );
  }

  drop(name: string): void {
    this.#try((shelf) => {
      if (shelf.getItem(this.#key(name)) === null) return;
      shelf.removeItem(this.#key(name));
      shelf.setItem(this.#index, JSON.stringify(this.#names(shelf).filter((one) => one !== name)));
    });
  }

  get #index(): string {
    return `${INDEX}.${this.#kind}`;
  }

  #key(name: string): string {
    return `${this.#index}.${name}`;
  }

  #names(shelf: Shelf): readonly string[] {
    const found: unknown = JSON.parse(shelf.getItem(this.#index) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  }

  #try<Found>(act: (shelf: Shelf) => Found): Found | undefined {
    try {
      return act(this.#shelf());
    } catch {
      return undefined;
    }
  }
}
