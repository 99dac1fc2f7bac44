import { setTimeout as sleep } from 'node:timers/promises';
import { abortError } from './abort';

/** Time and randomness as a parameter, so that tests need not wait and are deterministic. */
export interface Timing {
  /** Monotonic time, ms; only differences are meaningful. */
  now(): number;
  /** From 0 up to 1, like `Math.random`. */
  random(): number;
  /** @throws AbortError as soon as the signal is aborted */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  random: () => Math.random(),
  wait: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw abortError();
    }
  },
};
