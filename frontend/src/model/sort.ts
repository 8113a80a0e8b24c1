export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** What a click on a header does: upwards, then downwards, then as stored. */
export function sortedBy(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}
