import { useMemo } from "react";
import { diffLines } from "../../model/diff";

const SIGNS = { both: " ", mine: "+", theirs: "−" } as const;

/** What an edit changes in connections.yaml, line by line. */
export function YamlDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = useMemo(() => diffLines(after, before), [before, after]);
  return (
    <div>
      <p className="muted">This is what changes in connections.yaml. Comments and order stay as they are.</p>
      <pre className="code diff" tabIndex={0} role="region" aria-label="Change of connections.yaml">
        {lines.map((line, index) => (
          <span key={index} className={`diff-line diff-${line.side}`}>
            {SIGNS[line.side]} {line.text}
            {"\n"}
          </span>
        ))}
      </pre>
    </div>
  );
}
