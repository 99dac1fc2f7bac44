import type { Policy } from '../retry/policy';
import { RetryBudget } from '../retry/retryBudget';
import { createRetryPolicy } from '../retry/retryPolicy';
import type { Log } from '../util/log';
import type { Timing } from '../util/timing';

/** How often a read that a person waits for is retried. */
const maxRetries = 5;

/** The policy for one read of a deployment's application, orders or package. */
export function readPolicy({ timing, log }: { timing: Timing; log: Log }): Policy {
  return createRetryPolicy({ timing, log, subject: 'deploy', budget: new RetryBudget(maxRetries) });
}
