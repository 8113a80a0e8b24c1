import { changedColumns, schemaChanges, schemaText, type TableDifference } from "../../../../model/difference";
import { count } from "../../../../model/format";

const MAX_LISTED = 40;

/** The columns that are others now, and those in which cells changed, each with how many. */
export function DifferenceColumns({ found }: { readonly found: TableDifference }) {
  const schema = schemaChanges(found);
  const changed = changedColumns(found);
  const most = Math.max(1, ...changed.map((column) => column.rows ?? 0));
  if (schema.length === 0 && changed.length === 0) return null;
  return (
    <div className="difference-columns">
      {schema.length === 0 ? null : (
        <ul aria-label="Columns that are others">
          {schema.slice(0, MAX_LISTED).map((column, index) => (
            <li key={index}>
              <span className="mono">{column.name}</span> <span className="muted">{schemaText(column)}</span>
            </li>
          ))}
          <More count={schema.length - MAX_LISTED} />
        </ul>
      )}
      {changed.length === 0 ? null : (
        <ul aria-label="Columns with changed cells">
          {changed.slice(0, MAX_LISTED).map((column, index) => (
            <li key={index} title={`${count(column.rows ?? 0)} cells of ${column.name} changed`}>
              <span className="mono">{column.name}</span>
              <span className="difference-meter" aria-hidden="true">
                <span style={{ width: `${(100 * (column.rows ?? 0)) / most}%` }} />
              </span>
              <span className="difference-count">{count(column.rows ?? 0)}</span>
            </li>
          ))}
          <More count={changed.length - MAX_LISTED} />
        </ul>
      )}
    </div>
  );
}

function More({ count: left }: { readonly count: number }) {
  return left > 0 ? <li className="muted">and {count(left)} more</li> : null;
}
