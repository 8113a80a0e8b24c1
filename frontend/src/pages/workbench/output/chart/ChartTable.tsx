import { type Chart, type ChartPoints, pointRows, pointText, tableColumns } from "../../../../model/chart";
import { count } from "../../../../model/format";

const MAX_ROWS = 500;

interface ChartTableProps {
  readonly name: string;
  readonly chart: Chart;
  readonly points: ChartPoints;
}

/** What a chart draws, in words and numbers. */
export function ChartTable({ name, chart, points }: ChartTableProps) {
  const columns = tableColumns(chart, points);
  const rows = pointRows(points);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={`Points of ${name}`}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column.name} className={typeof row[column.name] === "number" ? "is-number" : ""}>
                  {pointText(row[column.name] ?? null, column.isTime)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS ? <p className="muted">and {count(rows.length - MAX_ROWS)} more</p> : null}
    </div>
  );
}
