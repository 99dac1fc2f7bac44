import type { Policy } from './policy';
import { RetryBudget } from './retryBudget';
import { createRetryPolicy } from './retryPolicy';
import type { Log } from '../util/log';
import { realTiming, type Timing } from '../util/timing';

/** How often a read that a person waits for is retried. */
const maxRetries = 5;

export interface ReadOptions {
  readonly log: Log;
  readonly timing?: Timing;
}

/** The policy for one read that is not part of a transfer: of an application, its orders, a package or a listing. */
export function readPolicy({ timing = realTiming, log }: ReadOptions): Policy {
  return createRetryPolicy({ timing, log, subject: 'read', budget: new RetryBudget(maxRetries) });
}
