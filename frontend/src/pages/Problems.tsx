import { Note } from "../ui/Note";
import type { ProblemView } from "../wire/schemas";
import { Words } from "../ui/Words";

/** What is wrong with files, each with its place and what to do. */
export function Problems({ problems }: { readonly problems: readonly ProblemView[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="problems" aria-label="Problems">
      {problems.slice(0, 20).map((problem, index) => (
        <li key={index}>
          <Note tone={problem.is_warning ? "warn" : "bad"}>
            <p>
              <span className="mono">{[problem.file, problem.line, problem.column].filter((part) => part !== null).join(":")}</span>{" "}
              <Words text={problem.message} />
            </p>
            {problem.hint === "" ? null : <p className="muted"><Words text={problem.hint} /></p>}
          </Note>
        </li>
      ))}
      {problems.length > 20 ? <li className="muted">and {problems.length - 20} more</li> : null}
    </ul>
  );
}
