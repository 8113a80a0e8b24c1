import { ago, moment } from "../model/format";
import { useNow } from "./useNow";

/** When something was: how long ago, or exactly; in the user's zone and in UTC on hover. */
export function Moment({ at, isExact = false }: { readonly at: number; readonly isExact?: boolean }) {
  const now = useNow(30_000);
  const { local, utc } = moment(at);
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={isExact ? `${ago(at, now)}\n${utc}` : `${local}\n${utc}`}>
      {isExact ? local : ago(at, now)}
    </time>
  );
}
