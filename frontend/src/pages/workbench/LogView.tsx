import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { itemName, rowsOf } from "../../model/timeline";
import { tellFailure } from "../../state/notices";
import { runQuery } from "../../state/queries";
import { useStore } from "../../ui/useStore";
import { LogPane } from "../LogPane";
import { partWord } from "../PartState";
import { useBench } from "./bench";

interface LogViewProps {
  readonly block: string;
  readonly run: string | null;
  readonly isLive: boolean;
  /** Whether it runs for many items, each with a log of its own. */
  readonly isMapped: boolean;
}

/** What a block printed, and as it prints. */
export function LogView({ block, run, isLive, isMapped }: LogViewProps) {
  if (isMapped && run !== null) return <ItemLogs block={block} run={run} isLive={isLive} />;
  return <OneLog of={block} run={run} isLive={isLive} />;
}

/** The logs of a mapped block's items, one at a time: the first that failed, unless another is chosen. */
function ItemLogs({ block, run, isLive }: { readonly block: string; readonly run: string; readonly isLive: boolean }) {
  const { world, project } = useBench();
  const found = useQuery({ ...runQuery(world.client, project, run), staleTime: 0 });
  const [chosen, setChosen] = useState<string | null>(null);
  const field = useId();
  const items = found.data === undefined ? [] : (rowsOf(found.data).find((row) => row.part.id === block)?.items ?? []);
  const shown = items.find((item) => item.id === chosen) ?? items.find((item) => item.state === "failed") ?? items[0];
  if (shown === undefined) return <OneLog of={block} run={run} isLive={isLive} />;
  return (
    <div className="log-items">
      <div className="log-item-choice">
        <label htmlFor={field}>Item</label>
        <select id={field} className="input" value={shown.id} onChange={(event) => setChosen(event.target.value)}>
          {items.map((item) => (
            <option key={item.id} value={item.id}>
              {itemName(item)} · {partWord(item.state)}
            </option>
          ))}
        </select>
      </div>
      <OneLog key={shown.id} of={shown.id} run={run} isLive={isLive} />
    </div>
  );
}

function OneLog({ of, run, isLive }: { readonly of: string; readonly run: string | null; readonly isLive: boolean }) {
  const { home } = useBench();
  const text = useStore(home.logbook.of(run, of));
  useEffect(() => {
    if (run !== null) home.logbook.read(run, of).catch((failed: unknown) => tellFailure("The log could not be read", failed));
  }, [home, run, of, isLive]);
  return <LogPane of={of} run={run} text={text} isLive={isLive} />;
}
