import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isNumeric, PENDING, typedCell } from "../../../../model/cells";
import { type ColumnChange, type DifferencePart, rowsOf, shownColumns, type TableDifference } from "../../../../model/difference";
import { count } from "../../../../model/format";
import { DifferencePage } from "../../../../state/difference";
import { wordsOf } from "../../../../state/notices";
import { keys } from "../../../../state/queries";
import { Button } from "../../../../ui/Button";
import { Note } from "../../../../ui/Note";
import type { DifferenceQuery } from "../../../../wire/client";
import { useBench } from "../../bench";
import { DifferenceRow } from "./DifferenceRow";

const PAGE_ROWS = 50;

const typeOf = (column: ColumnChange) => column.after ?? column.before ?? "";

interface DifferenceRowsProps {
  readonly found: TableDifference;
  readonly asked: DifferenceQuery;
  readonly part: DifferencePart;
}

/** The rows in which two tables differ, page by page, changed cells with what they were. */
export function DifferenceRows({ found, asked, part }: DifferenceRowsProps) {
  const { world } = useBench();
  const [offset, setOffset] = useState(0);
  const names = shownColumns(found);
  const wanted = { part, offset, limit: PAGE_ROWS, columns: names };
  const page = useQuery({
    queryKey: keys.differenceRows(asked, wanted),
    queryFn: async ({ signal }) => {
      const [{ ArrowPage }, bytes] = await Promise.all([import("../../../../state/arrow"), world.client.differenceRows(asked, wanted, signal)]);
      return new DifferencePage(new ArrowPage(bytes));
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const total = rowsOf(found, part);
  const columns = names.map((name) => found.columns.find((column) => column.name === name)).filter((column) => column !== undefined);
  if (page.isError) return <Note tone="bad">The rows could not be read: {wordsOf(page.error)}</Note>;
  if (page.data === undefined) return <p className="output-none">Reading rows…</p>;
  const rows = page.data;
  return (
    <>
      <div className="difference-scroll" tabIndex={0} role="region" aria-label="Rows that differ">
        <table className={page.isPlaceholderData ? "difference-table is-pending" : "difference-table"}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">How it differs</span>
              </th>
              {columns.map((column) => (
                <th key={column.name} scope="col" className={isNumeric(typeOf(column)) ? "is-number" : ""}>
                  {column.name}
                  {found.key.includes(column.name) ? <span className="history-mark">key</span> : null}
                </th>
              ))}
              <td className="difference-rest" />
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: rows.rowCount }, (_, index) => (
              <DifferenceRow
                key={index}
                how={rows.how(index)}
                cells={columns.map((column, place) => ({
                  isNumber: isNumeric(typeOf(column)),
                  before: column.before === null ? PENDING : typedCell(column.before, rows.before(index, place)),
                  after: column.after === null ? PENDING : typedCell(column.after, rows.after(index, place)),
                  differs: rows.differs(index, place),
                }))}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className="difference-foot">
        <span className="muted">
          {count(offset + 1)}–{count(offset + rows.rowCount)} of {count(total)}
        </span>
        <Button isDisabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE_ROWS))}>
          Earlier rows
        </Button>
        <Button isDisabled={offset + PAGE_ROWS >= total} onClick={() => setOffset(offset + PAGE_ROWS)}>
          Further rows
        </Button>
      </div>
    </>
  );
}
