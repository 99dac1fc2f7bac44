import type { Log } from '../util/log';
import { WaitForNetwork } from './waitForNetwork';
import { compose, type Policy } from './policy';
import { Retry } from './retry';
import type { RetryBudget } from './retryBudget';
import type { Timing } from '../util/timing';

/** How long a transfer with progress waits for the network to come back, ms. */
const maxWaitMs = 15 * 60_000;
/** How long a transfer waits that has never reached the server, ms: then the address is more likely to be wrong. */
const maxFirstWaitMs = 10_000;

export interface RetryPolicyOptions {
  readonly timing: Timing;
  readonly budget: RetryBudget;
  readonly log: Log;
  /** Whether the server has acknowledged anything yet. */
  readonly hasProgress: () => boolean;
  readonly onPause: (isPaused: boolean) => void;
}

/** The policy for every request of a transfer. */
export function createRetryPolicy(options: RetryPolicyOptions): Policy {
  const { timing, budget, log, hasProgress: hasProgress, onPause } = options;
  return compose(
    new WaitForNetwork({
      timing,
      maxWaitMs: () => (hasProgress() ? maxWaitMs : maxFirstWaitMs),
      onPause,
    }),
    new Retry(timing, budget, (error, waitMs) =>
      log.info(`transfer: retrying in ${Math.round(waitMs)} ms: ${String(error)}`),
    ),
  );
}
