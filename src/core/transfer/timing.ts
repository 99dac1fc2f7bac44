import { setTimeout as sleep } from 'node:timers/promises';
import { abortError } from '../util/abort';

/** Time and chance, as a parameter so that tests need not wait and know what comes. */
export interface Timing {
  /** ms since some moment; only differences count. */
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
