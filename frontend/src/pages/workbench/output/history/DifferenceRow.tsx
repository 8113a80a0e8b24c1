import type { Cell } from "../../../../model/cells";
import type { RowHow } from "../../../../state/difference";

interface DifferenceCell {
  readonly before: Cell;
  readonly after: Cell;
  readonly differs: boolean;
  readonly isNumber: boolean;
}

const SIGNS: Readonly<Record<RowHow, { readonly sign: string; readonly word: string }>> = {
  added: { sign: "+", word: "added" },
  removed: { sign: "−", word: "removed" },
  changed: { sign: "~", word: "changed" },
};

/** A row that came, went or changed; a changed cell has what it was before what it is. */
export function DifferenceRow({ how, cells }: { readonly how: RowHow; readonly cells: readonly DifferenceCell[] }) {
  return (
    <tr className={`is-${how}`}>
      <th scope="row">
        <span aria-hidden="true">{SIGNS[how].sign}</span>
        <span className="visually-hidden">{SIGNS[how].word}</span>
      </th>
      {cells.map((cell, index) => (
        <td key={index} className={cell.isNumber ? "is-number" : ""}>
          {how === "changed" && cell.differs ? (
            <>
              <del>
                <Shown cell={cell.before} />
              </del>{" "}
              <ins>
                <Shown cell={cell.after} />
              </ins>
            </>
          ) : (
            <Shown cell={how === "removed" ? cell.before : cell.after} />
          )}
        </td>
      ))}
      <td />
    </tr>
  );
}

function Shown({ cell }: { readonly cell: Cell }) {
  return cell.kind === "value" ? <span title={cell.full.slice(0, 2000)}>{cell.text}</span> : <i className="muted">{cell.kind === "null" ? "null" : ""}</i>;
}
