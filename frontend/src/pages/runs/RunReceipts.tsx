import { useMemo } from "react";
import { Empty } from "../../ui/Note";
import type { RunView } from "../../wire/schemas";
import { Receipt } from "../workbench/ChecksView";

/** All that a run wrote elsewhere, in words and facts. */
export function RunReceipts({ run }: { readonly run: RunView }) {
  const writing = useMemo(() => run.blocks.filter((part) => part.receipts.length > 0), [run]);
  if (writing.length === 0) {
    return (
      <Empty title={run.state === "running" ? "Nothing is written yet" : "This run wrote nothing elsewhere"}>
        <p>What exporters write to lakes and warehouses stands here: where, how many rows and bytes, and the services' own ids.</p>
      </Empty>
    );
  }
  return (
    <div className="run-receipts">
      {writing.map((part) => (
        <section key={part.id} aria-label={`Receipts of ${part.id}`}>
          <h3 className="mono">{part.id}</h3>
          {part.receipts.map((receipt, index) => (
            <Receipt key={index} receipt={receipt} />
          ))}
        </section>
      ))}
    </div>
  );
}
