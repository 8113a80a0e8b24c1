import { useEffect } from "react";
import type { Logbook } from "../../state/logbook";
import { tellFailure } from "../../state/notices";
import { useStore } from "../../ui/useStore";
import { LogPane } from "../LogPane";

interface RunLogProps {
  readonly logbook: Logbook;
  readonly run: string;
  readonly block: string;
  readonly isLive: boolean;
}

/** What a block printed in a run, and as it prints. */
export function RunLog({ logbook, run, block, isLive }: RunLogProps) {
  const text = useStore(logbook.of(run, block));
  useEffect(() => {
    logbook.read(run, block).catch((failed: unknown) => tellFailure("The log could not be read", failed));
  }, [logbook, run, block, isLive]);
  return <LogPane of={block} run={run} text={text} isLive={isLive} />;
}
