/** Return a function that does `work`, which must not fail; called while it is being done, it does it once more afterwards. */
export function coalesced(work: () => Promise<void>): () => void {
  let asked = 0;
  let going = false;
  const go = async () => {
    going = true;
    for (let heard = asked - 1; heard < asked; ) {
      heard = asked;
      await work();
    }
    going = false;
  };
  return () => {
    asked += 1;
    if (!going) void go();
  };
}
