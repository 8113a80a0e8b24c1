/**
 * Return a function that does `work`, which must not fail; called while it is being done, it does it once more,
 * `pauseMs` afterwards.
 */
export function coalesced(work: () => Promise<void>, pauseMs: number): () => void {
  let asked = 0;
  let isGoing = false;
  const go = async () => {
    isGoing = true;
    for (let heard = asked - 1; heard < asked; ) {
      heard = asked;
      await work();
      await new Promise((end) => setTimeout(end, pauseMs));
    }
    isGoing = false;
  };
  return () => {
    asked += 1;
    if (!isGoing) void go();
  };
}
