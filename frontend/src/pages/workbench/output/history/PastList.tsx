import { columnCount, moment, shape, size } from "../../../../model/format";
import type { PastOutput } from "../../../../model/past_outputs";
import { runPath } from "../../../../model/route";
import { Button } from "../../../../ui/Button";
import { Moment } from "../../../../ui/Moment";
import { Link } from "../../../Link";
import { useBench } from "../../bench";

interface PastListProps {
  readonly past: readonly PastOutput[];
  readonly chosen: readonly string[];
  readonly onChoose: (run: string) => void;
  readonly onOpen: (past: PastOutput) => void;
}

/** The list of a block's past outputs, newest first. */
export function PastList({ past, chosen, onChoose, onOpen }: PastListProps) {
  return (
    <table className="history-table" aria-label="Past outputs">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Compare</span>
          </th>
          <th scope="col">Run</th>
          <th scope="col" className="is-number">
            Rows × columns
          </th>
          <th scope="col" className="is-number">
            Size
          </th>
          <th scope="col">Content</th>
          <th scope="col">
            <span className="visually-hidden">Open</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {past.map((one) => (
          <PastRow key={one.run} one={one} isChosen={chosen.includes(one.run)} onChoose={() => onChoose(one.run)} onOpen={() => onOpen(one)} />
        ))}
      </tbody>
    </table>
  );
}

interface PastRowProps {
  readonly one: PastOutput;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

function PastRow({ one, isChosen, onChoose, onOpen }: PastRowProps) {
  const { project } = useBench();
  const { local } = moment(one.startedAt);
  return (
    <tr className={isChosen ? "is-chosen" : ""}>
      <td>
        <input type="checkbox" aria-label={`Compare the output of ${local}`} checked={isChosen} disabled={!one.isKept} onChange={onChoose} />
      </td>
      <td>
        <Link to={runPath(project, one.run)}>{local}</Link> <span className="muted history-ago"><Moment at={one.startedAt} /></span>
      </td>
      <td className="is-number">{one.output.kind === "table" ? shape(one.output.rows, columnCount(one.output.columns)) : one.output.kind}</td>
      <td className="is-number">{size(one.output.size_bytes)}</td>
      <td>
        <code title={one.output.hash}>{one.output.hash.slice(0, 8)}</code>
        {one.isSame ? <span className="history-mark">same as before</span> : null}
        {one.isReused ? <span className="history-mark">reused</span> : null}
      </td>
      <td className="history-open">
        {one.isKept ? (
          <Button look="quiet" title={`Open the output of ${local}`} onClick={onOpen}>
            Open
          </Button>
        ) : (
          <span className="muted" title="The project's limits let it go, or its file was removed">
            not kept
          </span>
        )}
      </td>
    </tr>
  );
}
