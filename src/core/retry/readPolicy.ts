import { WaitForNetwork } from './waitForNetwork';
import { compose, type Policy } from './policy';
import { Retry } from './retry';
import { RetryBudget } from './retryBudget';
import type { Timing } from '../util/timing';
import type { Log } from '../util/log';

/** How long a read that someone waits for waits for the network, ms. */
const networkPatienceMs = 10_000;
/** Attempts after the first. */
const readRetries = 5;

/** What a read that someone waits for runs under: the policies of the requests of a transfer, with less patience. */
export function readPolicy({ timing, log }: { timing: Timing; log: Log }): Policy {
  return compose(
    new WaitForNetwork({ timing, maxWaitMs: () => networkPatienceMs }),
    new Retry(timing, new RetryBudget(readRetries), (error, waitMs) =>
      log.info(`read again in ${Math.round(waitMs)} ms: ${String(error)}`),
    ),
  );
}
