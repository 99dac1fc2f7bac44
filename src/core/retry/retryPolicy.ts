import type { Log } from '../util/log';
import type { Timing } from '../util/timing';
import { compose, type Policy } from './policy';
import { Retry } from './retry';
import { RetryBudget } from './retryBudget';
import { WaitForNetwork } from './waitForNetwork';

/** How long to wait for the network to come back once the server has acknowledged something, ms. */
const maxWaitMs = 15 * 60_000;
/** How long to wait for a server that was never reached, ms: then the address is more likely to be wrong. */
const maxFirstWaitMs = 10_000;

interface RetryPolicyOptions {
  readonly timing: Timing;
  readonly log: Log;
  /** Whose requests these are, for the log. */
  readonly subject?: 'download' | 'read' | 'transfer';
  readonly budget?: RetryBudget;
  /** Whether the server has acknowledged anything yet. */
  readonly hasProgress?: () => boolean;
  readonly onPause?: (isPaused: boolean) => void;
}

/** The policy for the requests of one transfer, or for one read that a person waits for. */
export function createRetryPolicy({
  timing,
  log,
  subject = 'transfer',
  budget = new RetryBudget(),
  hasProgress = () => false,
  onPause,
}: RetryPolicyOptions): Policy {
  return compose(
    new WaitForNetwork({
      timing,
      maxWaitMs: () => (hasProgress() ? maxWaitMs : maxFirstWaitMs),
      onPause,
    }),
    new Retry(timing, budget, (error, waitMs) =>
      log.info(`${subject}: retrying in ${Math.round(waitMs)} ms: ${String(error)}`),
    ),
  );
}
