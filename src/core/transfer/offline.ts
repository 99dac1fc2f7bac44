import { backoffMs, type Backoff } from './backoff';
import type { Policy } from './policy';
import type { Timing } from './timing';
import { retryClass } from '../errors/classify';

/** Short, because the way is often back within seconds: a laptop that wakes, a change of networks. */
const backoff: Backoff = { baseMs: 500, capMs: 5_000 };

/** Waited at least, so that a refusal at once does not become a storm; ms. */
const leastWaitMs = 100;

export interface OfflineOptions {
  readonly timing: Timing;
  /** How long to wait in all for the next answer before giving up, ms; time asleep does not count. */
  readonly maxWaitMs: () => number;
  /** Told when the waiting begins, and when it has ended. */
  readonly onPause?: (isPaused: boolean) => void;
}

/** Waits while there is no way to the server at all, then goes on. That costs no tries. */
export class WaitForNetwork implements Policy {
  constructor(private readonly options: OfflineOptions) {}

  async run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { timing, maxWaitMs: patienceMs, onPause } = this.options;
    let waitedMs = 0;
    try {
      for (let failed = 1; ; failed++) {
        try {
          return await action();
        } catch (error) {
          if (retryClass(error) !== 'waitForNetwork' || waitedMs >= patienceMs()) {
            throw error;
          }
          if (failed === 1) {
            onPause?.(true);
          }
          const waitMs = Math.max(leastWaitMs, backoffMs(backoff, failed, timing));
          waitedMs += waitMs;
          await timing.wait(waitMs, signal);
        }
      }
    } finally {
      if (waitedMs > 0) {
        onPause?.(false);
      }
    }
  }
}
