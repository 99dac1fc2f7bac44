import { hasCode } from '../errors/catalogue';
import { backoffMs, type Backoff } from './backoff';
import type { Policy } from './policy';
import type { RetryBudget } from './retryBudget';
import type { Timing } from '../util/timing';
import { maxAttemptsOf, retryClass } from '../errors/classify';

const backoff: Backoff = { baseMs: 200, capMs: 20_000 };

/** Attempts of one request, including the first. */
const maxAttempts = 8;

/** A longer Retry-After ends the retries; ms. */
const maxRetryAfterMs = 5 * 60_000;

/** Retries transient failures with increasing delays, as long as the transfer's retry budget lasts. */
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
        const waitMs = this.#countFailure(error, failed, failures);
        if (waitMs === undefined || !this.budget.take()) {
          throw error;
        }
        this.onRetry(error, waitMs);
        await this.timing.wait(waitMs, signal);
      }
    }
  }

  /** Counts the failure. @returns ms to wait; undefined when another attempt is of no use */
  #countFailure(error: unknown, failed: number, failures: Map<string, number>): number | undefined {
    if (!hasCode(error) || retryClass(error) !== 'retry' || failed >= maxAttempts) {
      return undefined;
    }
    const sameCode = (failures.get(error.code) ?? 0) + 1;
    failures.set(error.code, sameCode);
    const { retryAfterMs = 0 } = error.facts;
    if (sameCode >= (maxAttemptsOf(error) ?? maxAttempts) || retryAfterMs > maxRetryAfterMs) {
      return undefined;
    }
    return Math.max(retryAfterMs, backoffMs(backoff, failed, this.timing));
  }
}
