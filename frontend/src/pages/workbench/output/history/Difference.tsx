import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { differenceText, type DifferencePart, type KeyChoice, PARTS, rowsOf, type TableDifference } from "../../../../model/difference";
import { count, moment } from "../../../../model/format";
import type { ComparedPair } from "../../../../model/past_outputs";
import { wordsOf } from "../../../../state/notices";
import { keys } from "../../../../state/queries";
import { Button } from "../../../../ui/Button";
import { Note } from "../../../../ui/Note";
import type { DifferenceQuery } from "../../../../wire/client";
import { useBench } from "../../bench";
import { DifferenceColumns } from "./DifferenceColumns";
import { DifferenceRows } from "./DifferenceRows";
import { KeyForm } from "./KeyForm";
import { ValueDifference } from "./ValueDifference";

interface DifferenceProps {
  readonly pair: ComparedPair;
  readonly onBack: () => void;
}

/** How the output of a later run differs from that of an earlier one. */
export function Difference({ pair, onBack }: DifferenceProps) {
  const { before, after } = pair;
  const areTables = before.output.kind === "table" && after.output.kind === "table";
  return (
    <div className="difference">
      <div className="difference-head">
        <Button look="quiet" onClick={onBack}>
          ‹ History
        </Button>
        <p>
          <strong>{moment(before.startedAt).local}</strong> → <strong>{moment(after.startedAt).local}</strong>
        </p>
      </div>
      {before.output.hash === after.output.hash ? (
        <p className="output-none">Both outputs are the same, to the last byte.</p>
      ) : areTables ? (
        <Tables pair={pair} />
      ) : (
        <ValueDifference before={before.output} after={after.output} />
      )}
    </div>
  );
}

function askedOf(project: string, pair: ComparedPair, choice: KeyChoice): DifferenceQuery {
  const key = choice.by === "found" ? null : choice.by === "none" ? [] : choice.columns;
  return { project, before: pair.before.output.hash, after: pair.after.output.hash, key };
}

function Tables({ pair }: { readonly pair: ComparedPair }) {
  const { world, project } = useBench();
  const [choice, setChoice] = useState<KeyChoice>({ by: "found" });
  const asked = askedOf(project, pair, choice);
  const found = useQuery({
    queryKey: keys.difference(asked),
    queryFn: ({ signal }) => world.client.difference(asked, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  if (found.data === undefined) {
    return found.isError ? <Note tone="bad">The outputs could not be compared: {wordsOf(found.error)}</Note> : <p className="output-none" role="status">Comparing…</p>;
  }
  return (
    <div className={found.isPlaceholderData ? "difference-body is-pending" : "difference-body"}>
      {found.isError ? <Note tone="bad">The outputs could not be compared: {wordsOf(found.error)}</Note> : null}
      <KeyForm key={found.data.key.join("\n")} found={found.data} onChoose={setChoice} />
      <Found found={found.data} asked={asked} />
    </div>
  );
}

const WORDS: Readonly<Record<DifferencePart, string>> = { all: "All", added: "Added", removed: "Removed", changed: "Changed" };

function Found({ found, asked }: { readonly found: TableDifference; readonly asked: DifferenceQuery }) {
  const [part, setPart] = useState<DifferencePart>("all");
  const parts = PARTS.filter((one) => one !== "changed" || found.key.length > 0);
  return (
    <>
      <p className="difference-sum" role="status">
        {differenceText(found)}.
      </p>
      <DifferenceColumns found={found} />
      {rowsOf(found, "all") === 0 ? null : (
        <>
          <div className="difference-parts" role="group" aria-label="Show rows that are">
            {parts.map((one) => (
              <button key={one} type="button" className={`difference-part is-${one}`} aria-pressed={one === part} disabled={rowsOf(found, one) === 0} onClick={() => setPart(one)}>
                {WORDS[one]} <b>{count(rowsOf(found, one))}</b>
              </button>
            ))}
          </div>
          <DifferenceRows key={`${part} ${found.key.join("\n")}`} found={found} asked={asked} part={part} />
        </>
      )}
    </>
  );
}
