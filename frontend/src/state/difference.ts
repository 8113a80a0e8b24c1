import type { Cell } from "../model/cells";
import type { ArrowPage } from "./arrow";

export type RowHow = "added" | "removed" | "changed";

/** A page of the rows in which two tables differ: two row numbers, then of each column before, after, and whether they differ. */
export class DifferencePage {
  readonly #page: ArrowPage;

  constructor(page: ArrowPage) {
    this.#page = page;
  }

  get rowCount(): number {
    return this.#page.rowCount;
  }

  how(row: number): RowHow {
    if (this.#page.cell(row, 0).kind === "null") return "added";
    return this.#page.cell(row, 1).kind === "null" ? "removed" : "changed";
  }

  before(row: number, column: number): Cell {
    return this.#page.cell(row, 2 + 3 * column);
  }

  after(row: number, column: number): Cell {
    return this.#page.cell(row, 3 + 3 * column);
  }

  differs(row: number, column: number): boolean {
    const cell = this.#page.cell(row, 4 + 3 * column);
    return cell.kind === "value" && cell.full === "true";
  }
}
