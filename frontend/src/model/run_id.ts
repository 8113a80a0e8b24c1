/** Make an id for a run as the server does: the moment in the user's zone, and something that no other has. */
export function newRunId(now: Date = new Date(), random: string = crypto.randomUUID()): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}-${random.replaceAll("-", "").slice(0, 8)}`;
}
