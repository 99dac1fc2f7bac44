import type { Log } from '../util/log';
import { WaitForNetwork } from './offline';
import { compose, type Policy } from './policy';
import { Retry } from './retry';
import type { RetryBudget } from './retryBudget';
import type { Timing } from './timing';

/** How long a transfer that was under way waits for the line to come back, ms. */
const maxWaitMs = 15 * 60_000;
/** How long one waits that never reached the server, ms: then the address is wrong rather than the line. */
const firstPatienceMs = 10_000;

export interface TransferPolicyOptions {
  readonly timing: Timing;
  readonly budget: RetryBudget;
  readonly log: Log;
  /** Whether the server has acknowledged anything yet. */
  readonly hasProgress: () => boolean;
  readonly onPause: (isPaused: boolean) => void;
}

/** What every request of a transfer runs under. */
export function transferPolicy(options: TransferPolicyOptions): Policy {
  const { timing, budget, log, hasProgress: isUnderWay, onPause } = options;
  return compose(
    new WaitForNetwork({
      timing,
      maxWaitMs: () => (isUnderWay() ? maxWaitMs : firstPatienceMs),
      onPause,
    }),
    new Retry(timing, budget, (error, waitMs) =>
      log.info(`transfer: again in ${Math.round(waitMs)} ms: ${String(error)}`),
    ),
  );
}
