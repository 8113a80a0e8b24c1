import { useQuery } from "@tanstack/react-query";
import { diffLines } from "../../../../model/diff";
import { wordsOf } from "../../../../state/notices";
import { Note } from "../../../../ui/Note";
import type { OutputView } from "../../../../wire/schemas";
import { useBench } from "../../bench";

interface ValueDifferenceProps {
  readonly before: OutputView;
  readonly after: OutputView;
}

/** How two outputs differ that are no tables: JSON line by line; of anything else only that it differs. */
export function ValueDifference({ before, after }: ValueDifferenceProps) {
  const { world, project } = useBench();
  const areValues = before.kind === "json" && after.kind === "json";
  const found = useQuery({
    queryKey: ["values", project, before.hash, after.hash],
    queryFn: () => Promise.all([before, after].map((one) => world.client.value(project, one.hash))),
    enabled: areValues,
    staleTime: Infinity,
  });
  if (before.kind !== after.kind) return <p className="output-none">Before it was {before.kind}, now it is {after.kind}.</p>;
  if (!areValues) return <p className="output-none">They differ. Open each of them to look at it.</p>;
  if (found.isError) return <Note tone="bad">The values could not be read: {wordsOf(found.error)}</Note>;
  const [mine, theirs] = (found.data ?? []).map(pretty);
  if (mine === undefined || theirs === undefined) return <p className="output-none">Reading…</p>;
  return (
    <div className="difference-scroll" tabIndex={0} role="region" aria-label="Values that differ">
      {diffLines(mine, theirs).map((line, index) => (
        <div key={index} className={`value-line is-${line.side}`}>
          {line.side === "both" ? "  " : line.side === "mine" ? "− " : "+ "}
          {line.text}
        </div>
      ))}
    </div>
  );
}

function pretty(text: string): string {
  const value: unknown = JSON.parse(text);
  return JSON.stringify(value, null, 2);
}
