import type { Timing } from './timing';

/**
 * Full jitter: a random wait below a ceiling that doubles from try to try, so that many who failed at the same moment
 * do not come back at the same moment.
 */
export interface Backoff {
  /** Ceiling of the first wait, ms. */
  readonly baseMs: number;
  /** No ceiling is higher, ms. */
  readonly capMs: number;
}

/** @param failures how many tries have failed, from 1 */
export function backoffMs({ baseMs, capMs }: Backoff, failures: number, timing: Timing): number {
  return timing.random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}
