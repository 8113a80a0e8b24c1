import { count } from "../model/format";
import { type ColumnSummary, heights, missingShare, share, summaryLine } from "../model/summary_words";

/** A column's figures and a small drawing, below its name. */
export function HeaderSummary({ summary }: { readonly summary: ColumnSummary | null }) {
  if (summary === null) return <div className="head-summary" />;
  const missing = missingShare(summary);
  return (
    <div className="head-summary" title={titleOf(summary)}>
      <span className="head-line">{summaryLine(summary)}</span>
      {summary.histogram !== null ? <Bars counts={summary.histogram.counts} /> : <TopBars summary={summary} />}
      {missing > 0 ? <span className="head-missing" style={{ width: `${Math.max(2, missing * 100)}%` }} /> : null}
    </div>
  );
}

export function Bars({ counts }: { readonly counts: readonly number[] }) {
  const bars = heights(counts);
  return (
    <svg className="bars" viewBox={`0 0 ${bars.length} 1`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((height, place) => (
        <rect key={place} x={place + 0.05} y={1 - height} width={0.9} height={height} />
      ))}
    </svg>
  );
}

/** From which share of the rows on a value has room for a letter. */
const READABLE = 0.05;

/** The most frequent values as parts of one bar. */
function TopBars({ summary }: { readonly summary: ColumnSummary }) {
  const top = summary.top.filter((one) => one.value !== null && one.count >= READABLE * summary.rows).slice(0, 4);
  if (top.length === 0 || summary.rows === 0 || (top[0]?.count ?? 0) <= 1) return <span className="head-top" />;
  return (
    <span className="head-top" aria-hidden="true">
      {top.map((one) => (
        <span key={one.value} className="head-part" style={{ flexGrow: one.count }}>
          {one.value}
        </span>
      ))}
      <span className="head-rest" style={{ flexGrow: Math.max(0, summary.rows - top.reduce((sum, one) => sum + one.count, 0)) }} />
    </span>
  );
}

function titleOf(summary: ColumnSummary): string {
  if (summary.problem !== "") return `Not summed up: ${summary.problem}`;
  const lines = [
    summary.is_sample ? `Of a sample of ${count(summary.rows)} rows` : "",
    summaryLine(summary),
    summary.minimum === null ? "" : `${summary.minimum} … ${summary.maximum ?? ""}`,
    ...summary.top.slice(0, 5).map((one) => `${one.value ?? "null"}: ${count(one.count)} (${share(one.count / Math.max(1, summary.rows))})`),
  ];
  return lines.filter((line) => line !== "").join("\n");
}
