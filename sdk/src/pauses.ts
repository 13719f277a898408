/** How long to wait before trying again: doubling from half a second to half a minute, with jitter. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** The pause before attempt number `attempts + 1`; between half of the step and all of it. */
export function pause(attempts: number): number {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempts);
  return (step / 2) * (1 + Math.random());
}
