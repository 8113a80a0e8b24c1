import { useEffect, useMemo, useState } from "react";
import { count, plural } from "../../../../model/format";
import { summariesOf } from "../../../../state/summaries";
import { Bars } from "../../../../table/HeaderSummary";
import { type ColumnSummary, distinctWords, figure, missingShare, share } from "../../../../model/summary_words";
import { Button } from "../../../../ui/Button";
import { Empty, Note } from "../../../../ui/Note";
import { useStore } from "../../../../ui/useStore";
import type { ColumnView, OutputView } from "../../../../wire/schemas";
import { useBench } from "../../bench";
import { OutputNames } from "../OutputNames";
import "./profile.css";

const AT_FIRST = 100;
const QUANTILES = ["5 %", "25 %", "50 %", "75 %", "95 %"];

interface ProfileTabProps {
  readonly outputs: readonly OutputView[];
  readonly name: string | null;
  readonly onName: (name: string) => void;
}

/** What every column of an output holds. */
export function ProfileTab({ outputs, name, onName }: ProfileTabProps) {
  const tables = outputs.filter((output) => output.kind === "table");
  const output = tables.find((one) => one.name === name) ?? tables[0];
  if (output === undefined) return <Empty title="Only tables have a profile" />;
  return (
    <>
      <OutputNames names={tables.map((one) => one.name)} chosen={output.name} onChoose={onName} />
      <Profile key={output.hash} output={output} />
    </>
  );
}

function Profile({ output }: { readonly output: OutputView }) {
  const { world, project } = useBench();
  const [search, setSearch] = useState("");
  const [most, setMost] = useState(AT_FIRST);
  const summaries = useMemo(() => summariesOf(world.client, project, output.hash), [world, project, output.hash]);
  useStore(summaries.version);
  const problem = useStore(summaries.problem);
  const found = output.columns.filter((column) => column.name.toLowerCase().includes(search.toLowerCase()));
  const shown = found.slice(0, most);
  const wanted = shown.map((column) => column.key).join("\u0000");
  useEffect(() => summaries.want(wanted === "" ? [] : wanted.split("\u0000")), [summaries, wanted]);
  const known = shown.map((column) => summaries.of(column.key));
  const left = known.filter((one) => one === null).length;
  const sample = known.find((one) => one?.is_sample === true);
  return (
    <div className="column-profile" aria-busy={left > 0 && problem === null}>
      <div className="column-profile-bar">
        <input className="input grid-search" type="search" aria-label="Find a column" placeholder="Find a column" value={search} onChange={(event) => setSearch(event.target.value)} />
        <span className="muted" role="status">
          {plural(output.rows ?? 0, "row")} · {plural(output.columns.filter((column) => !column.is_index).length, "column")}
          {left > 0 && problem === null ? ` · ${count(left)} to come` : ""}
          {sample === undefined || sample === null ? "" : ` · figures of a sample of ${count(sample.rows)} rows`}
        </span>
      </div>
      {problem === null ? null : (
        <Note tone="bad" isLive>
          {problem} <Button onClick={() => summaries.retry()}>Try again</Button>
        </Note>
      )}
      <ul className="profile-columns" aria-label="Columns">
        {shown.map((column, place) => (
          <ProfileColumn key={column.key} column={column} summary={known[place] ?? null} />
        ))}
      </ul>
      {found.length > most ? <Button onClick={() => setMost(most + AT_FIRST)}>Show {count(Math.min(AT_FIRST, found.length - most))} more</Button> : null}
    </div>
  );
}

function ProfileColumn({ column, summary }: { readonly column: ColumnView; readonly summary: ColumnSummary | null }) {
  return (
    <li className="profile-column">
      <div className="profile-name">
        <h3 title={column.name}>{column.name === "" ? "(no name)" : column.name}</h3>
        <span className="muted">{column.is_index ? `index · ${column.type}` : column.type}</span>
      </div>
      {summary === null ? <div className="profile-wait" /> : summary.problem === "" ? <Figures summary={summary} /> : <p className="muted">Not summed up: {summary.problem}</p>}
    </li>
  );
}

function Figures({ summary }: { readonly summary: ColumnSummary }) {
  const missing = missingShare(summary);
  return (
    <>
      <dl className="profile-facts">
        <Fact name="Missing" value={missing === 0 ? "none" : `${count((summary.nulls ?? 0) + summary.nans)} (${share(missing)})`} isMarked={missing > 0} />
        {summary.nans > 0 ? <Fact name="of it NaN" value={count(summary.nans)} /> : null}
        <Fact name="Distinct" value={`${distinctWords(summary)}${isKey(summary) ? " (each once)" : ""}`} />
        <Fact name="Least" value={summary.minimum} />
        <Fact name="Most" value={summary.maximum} />
        <Fact name="Mean" value={figure(summary.mean)} />
        <Fact name="Deviation" value={figure(summary.deviation)} />
      </dl>
      <div className="profile-drawing">
        {summary.histogram === null ? null : (
          <figure>
            <Bars counts={summary.histogram.counts} />
            <figcaption>
              <span>{summary.histogram.low}</span>
              <span>{summary.histogram.high}</span>
            </figcaption>
          </figure>
        )}
        {summary.quantiles.length === 0 ? null : (
          <dl className="profile-quantiles" aria-label="Quantiles">
            {summary.quantiles.map((value, place) => (
              <div key={place}>
                <dt>{QUANTILES[place]}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <ol className="profile-top" aria-label="Most frequent values">
        {summary.top.slice(0, 6).map((one) => (
          <li key={one.value ?? "\u0000"}>
            <span className="profile-bar-of" style={{ width: `${(100 * one.count) / Math.max(1, summary.rows)}%` }} />
            <span className={one.value === null ? "profile-value muted" : "profile-value"} title={one.value ?? "null"}>
              {one.value === null ? "null" : one.value === "" ? "(empty)" : one.value}
            </span>
            <span className="muted">
              {count(one.count)} · {share(one.count / Math.max(1, summary.rows))}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Whether every row has a value of its own. */
function isKey(summary: ColumnSummary): boolean {
  return summary.is_distinct_exact && !summary.is_sample && summary.rows > 1 && summary.distinct === summary.rows;
}

function Fact({ name, value, isMarked = false }: { readonly name: string; readonly value: string | null; readonly isMarked?: boolean }) {
  if (value === null || value === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isMarked ? "is-marked" : ""} title={value}>
        {value}
      </dd>
    </div>
  );
}
