import type { BlockKind } from "../wire/schemas";
import { Icon } from "./Icon";

const LABELS: Readonly<Record<BlockKind, string>> = {
  loader: "Loader",
  transformer: "Transformer",
  exporter: "Exporter",
  sensor: "Sensor",
  note: "Note",
};

export function kindLabel(kind: BlockKind): string {
  return LABELS[kind];
}

/** A block's kind, by colour and sign. */
export function KindMark({ kind }: { readonly kind: BlockKind }) {
  return (
    <span className={`kind kind-${kind}`} role="img" aria-label={LABELS[kind]} title={LABELS[kind]}>
      <Icon name={kind} />
    </span>
  );
}
