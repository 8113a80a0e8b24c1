import { useEffect, useState } from "react";

const nowS = () => Date.now() / 1000;

/** The time in seconds since the epoch, anew every so often; stands still where `everyMs` is null. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(nowS);
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => setNow(nowS()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
