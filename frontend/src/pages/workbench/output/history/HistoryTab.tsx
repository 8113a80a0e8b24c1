import { type InfiniteData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { outputNames, pairOf, type PastOutput, pastOutputs, withChosen } from "../../../../model/past_outputs";
import { keys } from "../../../../state/queries";
import { wordsOf } from "../../../../state/notices";
import { Button } from "../../../../ui/Button";
import { Empty, Note } from "../../../../ui/Note";
import type { OutputView, PastOutputsPage } from "../../../../wire/schemas";
import { useBench } from "../../bench";
import { OutputNames } from "../OutputNames";
import { Difference } from "./Difference";
import { PastList } from "./PastList";
import "./history.css";

interface HistoryTabProps {
  readonly block: string;
  readonly outputs: readonly OutputView[];
  readonly name: string | null;
  readonly onName: (name: string) => void;
  readonly onOpen: (past: PastOutput) => void;
}

/** What a block gave in past runs: to be opened, and compared two by two. */
export function HistoryTab({ block, outputs, name, onName, onOpen }: HistoryTabProps) {
  const { world, project, pipeline } = useBench();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isComparing, setComparing] = useState(false);
  const found = useInfiniteQuery<PastOutputsPage, Error, InfiniteData<PastOutputsPage>, QueryKey, string | null>({
    queryKey: keys.pastOutputs(project, pipeline, block),
    queryFn: ({ pageParam }) => world.client.pastOutputs(project, pipeline, block, pageParam),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  if (found.data === undefined) {
    return found.isError ? <Note tone="bad">The history could not be read: {wordsOf(found.error)}</Note> : <div className="history" aria-busy="true" />;
  }
  const entries = found.data.pages.flatMap((page) => page.entries);
  const names = outputNames(outputs, entries);
  const shown = names.find((one) => one === name) ?? names[0];
  const past = shown === undefined ? [] : pastOutputs(entries, shown);
  const pair = pairOf(chosen, past);
  if (isComparing && pair !== null) return <Difference key={`${pair.before.run} ${pair.after.run}`} pair={pair} onBack={() => setComparing(false)} />;
  return (
    <div className="history">
      <OutputNames names={names} chosen={shown} onChoose={onName} />
      {past.length === 0 ? (
        <Empty title="No run has given an output yet" />
      ) : (
        <>
          <div className="history-bar">
            <span className="muted">{pair === null ? "Choose two outputs to see how they differ." : "Two outputs are chosen."}</span>
            <Button isDisabled={pair === null} onClick={() => setComparing(true)}>
              Compare
            </Button>
          </div>
          <PastList past={past} chosen={chosen} onChoose={(run) => setChosen(withChosen(chosen, run))} onOpen={onOpen} />
        </>
      )}
      {found.hasNextPage ? (
        <div className="history-more">
          <Button look="quiet" isDisabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show earlier outputs
          </Button>
        </div>
      ) : null}
    </div>
  );
}
