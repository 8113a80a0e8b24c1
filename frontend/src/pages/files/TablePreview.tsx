import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count } from "../../model/format";
import { readPreview } from "../../state/file_preview";
import { wordsOf } from "../../state/notices";
import { Button } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { useDesk } from "./desk";

const PAGE_ROWS = 200;

/** A data file as the table that it holds, a page of rows at a time. */
export function TablePreview({ path }: { readonly path: string }) {
  const { desk, project } = useDesk();
  const [offset, setOffset] = useState(0);
  const found = useQuery({
    queryKey: ["preview", project, path, offset],
    queryFn: async () => readPreview(await desk.files.preview(path, offset, PAGE_ROWS)),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  if (found.isError) return <Note tone="bad">{wordsOf(found.error)}</Note>;
  if (found.data === undefined) return <div aria-busy="true" className="muted preview-wait">Reading…</div>;
  const { columns, rows, total } = found.data;
  return (
    <div className="preview">
      <div className="preview-scroll" tabIndex={0} role="region" aria-label={`Rows of ${path}`}>
        <table className="preview-table">
          <thead>
            <tr>
              <th className="preview-number" aria-label="Row" />
              {columns.map((column) => (
                <th key={column.name} scope="col">
                  {column.name}
                  <span className="muted">{column.type.toLowerCase()}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                <td className="preview-number">{count(offset + index + 1)}</td>
                {row.map((cell, at) => (
                  <td key={at} className={cell === null ? "is-null" : isNumber(columns[at]?.type) ? "is-number" : ""}>
                    {cell ?? "null"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="preview-foot">
        <span className="muted">
          {total === 0 ? "No rows" : `${count(offset + 1)}–${count(offset + rows.length)} of ${count(total)} rows, ${columns.length} columns`}
        </span>
        <Button isDisabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE_ROWS))}>
          Back
        </Button>
        <Button isDisabled={offset + rows.length >= total} onClick={() => setOffset(offset + PAGE_ROWS)}>
          On
        </Button>
      </p>
    </div>
  );
}

function isNumber(type: string | undefined): boolean {
  return type !== undefined && /^(U?(TINY|SMALL|BIG|HUGE)?INT|INTEGER|DOUBLE|FLOAT|DECIMAL)/.test(type);
}
