import { useEffect } from "react";
import { tellFailure } from "../../state/notices";
import { useStore } from "../../ui/useStore";
import { LogText } from "../LogText";
import { useBench } from "./bench";

interface LogViewProps {
  readonly block: string;
  readonly run: string | null;
  readonly isLive: boolean;
}

/** What a block printed, and as it prints. */
export function LogView({ block, run, isLive }: LogViewProps) {
  const { home } = useBench();
  const text = useStore(home.logbook.of(run, block));
  useEffect(() => {
    if (run !== null) home.logbook.read(run, block).catch((failed: unknown) => tellFailure("The log could not be read", failed));
  }, [home, run, block, isLive]);
  const none = isLive ? "Nothing printed yet." : "It printed nothing.";
  return <LogText name={`Log of ${block}`} lines={text.lines} dropped={text.dropped} none={none} />;
}
