import { hasCode } from '../errors/catalogue';
import { backoffMs, type Backoff } from './backoff';
import type { Policy } from './policy';
import type { RetryBudget } from './retryBudget';
import type { Timing } from './timing';
import { maxAttemptsOf, retryClass } from '../errors/classify';

const backoff: Backoff = { baseMs: 200, capMs: 20_000 };

/** Tries of one request, the first included. */
const maxTries = 8;

/** Who is asked to come back later than this is told so instead, ms. */
const longestRetryAfterMs = 5 * 60_000;

/** Tries again what failed by a mishap, later each time, as long as the transfer's budget lasts. */
export class Retry implements Policy {
  constructor(
    private readonly timing: Timing,
    private readonly budget: RetryBudget,
    private readonly onRetry: (error: unknown, waitMs: number) => void = () => undefined,
  ) {}

  async run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const failures = new Map<string, number>();
    for (let failed = 1; ; failed++) {
      try {
        return await action();
      } catch (error) {
        const waitMs = this.#waitFor(error, failed, failures);
        if (waitMs === undefined || !this.budget.take()) {
          throw error;
        }
        this.onRetry(error, waitMs);
        await this.timing.wait(waitMs, signal);
      }
    }
  }

  /** @returns undefined when there is no use in another try */
  #waitFor(error: unknown, failed: number, failures: Map<string, number>): number | undefined {
    if (!hasCode(error) || retryClass(error) !== 'retry' || failed >= maxTries) {
      return undefined;
    }
    const ofThisKind = (failures.get(error.code) ?? 0) + 1;
    failures.set(error.code, ofThisKind);
    const { retryAfterMs = 0 } = error.facts;
    if (ofThisKind >= (maxAttemptsOf(error) ?? maxTries) || retryAfterMs > longestRetryAfterMs) {
      return undefined;
    }
    return Math.max(retryAfterMs, backoffMs(backoff, failed, this.timing));
  }
}
