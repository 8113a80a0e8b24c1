import { duration, plural, size } from "../../model/format";
import { fieldText } from "../../model/form";
import { Icon } from "../../ui/Icon";
import type { CheckView, ReceiptView } from "../../wire/schemas";

interface ChecksViewProps {
  readonly checks: readonly CheckView[];
  readonly receipts: readonly ReceiptView[];
  readonly declared: readonly string[];
}

/** What the checks said of the output, and what was written where. */
export function ChecksView({ checks, receipts, declared }: ChecksViewProps) {
  const waiting = declared.filter((name) => !checks.some((check) => check.name === name));
  if (checks.length + receipts.length + waiting.length === 0) {
    return <p className="output-none">No checks. Write a function with @check below the block to have one.</p>;
  }
  return (
    <div className="checks" tabIndex={0} role="region" aria-label="Checks and receipts">
      {receipts.map((receipt, index) => (
        <Receipt key={index} receipt={receipt} />
      ))}
      <ul>
        {checks.map((check) => (
          <li key={check.name} className="check">
            <span className={`state state-${check.passed ? "fresh" : "failed"}`}>
              <Icon name={check.passed ? "fresh" : "failed"} />
              {check.passed ? "Passed" : "Failed"}
            </span>
            <span className="mono">{check.name}</span>
            <span>{check.message}</span>
          </li>
        ))}
        {waiting.map((name) => (
          <li key={name} className="check">
            <span className="state state-never">
              <Icon name="never" />
              Not run
            </span>
            <span className="mono">{name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What one write did: in words, and as the service names it. */
export function Receipt({ receipt }: { readonly receipt: ReceiptView }) {
  const facts: readonly (readonly [string, string])[] = [
    ...receipt.job_ids.map((job) => ["job", job] as const),
    ...Object.entries(receipt.generations).map(([path, generation]) => [path, `generation ${generation}`] as const),
    ...Object.entries(receipt.facts).map(([name, value]) => [name.replaceAll("_", " "), fieldText(value)] as const),
  ];
  return (
    <div className="receipt">
      <p className="receipt-head">
        <Icon name="exporter" />
        <strong>{receipt.action}</strong>
        <span className="mono receipt-target" title={receipt.target}>
          {receipt.target}
        </span>
      </p>
      <p className="muted">
        {[
          receipt.rows === null ? null : plural(receipt.rows, "row"),
          receipt.size_bytes === null ? null : size(receipt.size_bytes),
          duration(receipt.seconds),
        ]
          .filter((part) => part !== null)
          .join(" · ")}
      </p>
      {facts.length === 0 ? null : (
        <dl>
          {facts.slice(0, 60).map(([name, value]) => (
            <div key={name}>
              <dt title={name}>{name}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
