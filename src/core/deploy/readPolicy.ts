import { WaitForNetwork } from '../retry/waitForNetwork';
import { compose, type Policy } from '../retry/policy';
import { Retry } from '../retry/retry';
import { RetryBudget } from '../retry/retryBudget';
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
      log.info(`deploy: again in ${Math.round(waitMs)} ms: ${String(error)}`),
    ),
  );
}
