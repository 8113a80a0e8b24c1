import { count } from "../model/format";

const MAX_CHILDREN = 200;

/** A JSON value as a tree whose branches open. */
export function JsonTree({ value, name, depth = 0 }: { readonly value: unknown; readonly name?: string; readonly depth?: number }) {
  const label = name === undefined ? null : <span className="json-name">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <div className="json-leaf">
        {label}
        <span className={`json-${value === null ? "null" : typeof value}`}>{JSON.stringify(value)}</span>
      </div>
    );
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const brackets = Array.isArray(value) ? `[${count(entries.length)}]` : `{${count(entries.length)}}`;
  return (
    <details className="json-branch" open={depth < 2 && entries.length <= 50}>
      <summary>
        {label}
        <span className="muted">{brackets}</span>
      </summary>
      {entries.slice(0, MAX_CHILDREN).map(([key, child]) => (
        <JsonTree key={key} name={key} value={child} depth={depth + 1} />
      ))}
      {entries.length > MAX_CHILDREN ? <div className="json-leaf muted">and {count(entries.length - MAX_CHILDREN)} more</div> : null}
    </details>
  );
}
