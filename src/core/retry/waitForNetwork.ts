import { backoffMs, type Backoff } from './backoff';
import type { Policy } from './policy';
import type { Timing } from '../util/timing';
import { retryClass } from '../errors/classify';

/** Short, because the network is often back within seconds: after sleep, or a change of networks. */
const backoff: Backoff = { baseMs: 500, capMs: 5_000 };

/** Minimum wait, so that an immediate refusal does not cause a flood of attempts; ms. */
const minWaitMs = 100;

interface WaitForNetworkOptions {
  readonly timing: Timing;
  /** How long to wait in total before giving up, ms; time asleep does not count. */
  readonly maxWaitMs: () => number;
  /** Called when the waiting starts, and when the action has then succeeded or is given up. */
  readonly onPause?: (isPaused: boolean) => void;
}

/** Waits while the server cannot be reached at all, then continues. This uses up no retries. */
export class WaitForNetwork implements Policy {
  constructor(private readonly options: WaitForNetworkOptions) {}

  async run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { timing, maxWaitMs, onPause } = this.options;
    let waitedMs = 0;
    try {
      for (let failed = 1; ; failed++) {
        try {
          return await action();
        } catch (error) {
          if (retryClass(error) !== 'waitForNetwork' || waitedMs >= maxWaitMs()) {
            throw error;
          }
          if (failed === 1) {
            onPause?.(true);
          }
          const waitMs = Math.max(minWaitMs, backoffMs(backoff, failed, timing));
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
