/** Say that a union has been taken apart to the end; the compiler refuses a call where it has not. */
export function unreachable(never: never): never {
  throw new Error(`This case has no meaning: ${JSON.stringify(never)}`);
}
