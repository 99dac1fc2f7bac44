import type { Timing } from '../util/timing';

/**
 * Full jitter: a random wait below a ceiling that doubles with each attempt, so that clients that failed at the same
 * moment do not retry at the same moment.
 */
export interface Backoff {
  /** Ceiling of the first wait, ms. */
  readonly baseMs: number;
  /** Highest ceiling, ms. */
  readonly capMs: number;
}

/** @param failures number of failed attempts, from 1 */
export function backoffMs({ baseMs, capMs }: Backoff, failures: number, timing: Timing): number {
  return timing.random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}
