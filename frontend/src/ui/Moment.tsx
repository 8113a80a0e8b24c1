import { ago, moment } from "../model/format";
import { useNow } from "./useNow";

/** How long ago something was; the exact time, local and UTC, on hover. */
export function Moment({ at }: { readonly at: number }) {
  const now = useNow(30_000);
  const { local, utc } = moment(at);
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={`${local}\n${utc}`}>
      {ago(at, now)}
    </time>
  );
}
