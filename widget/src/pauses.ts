/** How long to wait before trying again: doubling from half a second to half a minute, with jitter. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** The pause before attempt number `attempts + 1`; between half of the step and all of it. */
export function pause(attempts: number, random: () => number = Math.random): number {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 10));
  return step / 2 + (random() * step) / 2;
}
