import { changeStatus, type ChangeOrder } from '../alibaba/edas/changeOrder';
import { CodedError, hasCode } from '../errors/catalogue';
import type { LocalClock } from '../util/clock';
import { failureOf } from './failure';
import { isFollowed, type Deployment, type DeploymentState } from './types';

export interface FollowerOptions {
  /** ms since 1970. */
  readonly clock: LocalClock;
  /** ms since some moment; only differences count. */
  readonly now: () => number;
  /** How long to follow; waiting for a confirmation and time asleep do not count. ms. */
  readonly limitMs: () => number;
  readonly onChange: (deployment: Deployment) => void;
}

/** Between two reads of an order that gets on, ms: from this, plus up to so much by chance. */
const leastIntervalMs = 3_000;
const jitterMs = 2_000;
/** Between two reads of an order that waits for a person, or when EDAS throttles or cannot be reached, ms. */
const mostIntervalMs = 15_000;
/** EDAS may ask us to wait for longer, but not longer than this, ms. */
const mostRequestedMs = 60_000;
/** Between two reads more time counts only as so much, ms: the computer slept. */
const mostCountedMs = 60_000;
/** EDAS may refuse to name an order that it has only just made. */
const toleratedRefusals = 3;

const states: ReadonlyMap<number, DeploymentState> = new Map([
  [changeStatus.success, 'succeeded'],
  [changeStatus.failed, 'failed'],
  [changeStatus.terminated, 'aborted'],
  [changeStatus.partiallyExecuted, 'partial'],
  [changeStatus.systemFault, 'failed'],
  [changeStatus.waitingForConfirmation, 'waitingForConfirmation'],
  [changeStatus.waitingForNextBatch, 'waitingForNextBatch'],
]);

/** What the status of an order means. Statuses that are not documented are neither an end nor a success. */
export function stateOf(status: number): DeploymentState {
  return states.get(status) ?? 'running';
}

/** Follows one change order: is given what was read, and decides what it means and when to read next. */
export class DeploymentFollower {
  #deployment: Deployment;
  #activeMs = 0;
  #lastAt: number;
  /** Failed reads in a row. */
  #failures = 0;
  #refusals = 0;

  constructor(
    deployment: Deployment,
    private readonly options: FollowerOptions,
  ) {
    this.#deployment = deployment;
    this.#lastAt = options.now();
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  get isDone(): boolean {
    return !isFollowed(this.#deployment);
  }

  /** How long to wait before the next read, ms. @param random from 0 up to 1 */
  intervalMs(random: number): number {
    const { state, problem } = this.#deployment;
    const usual = leastIntervalMs + random * jitterMs;
    const intervalMs =
      state === 'waitingForConfirmation'
        ? mostIntervalMs
        : Math.min(mostIntervalMs, usual * 2 ** Math.min(this.#failures, 3));
    return Math.max(intervalMs, Math.min(mostRequestedMs, problem?.facts.retryAfterMs ?? 0));
  }

  /** Takes the order as it was just read. */
  accept(order: ChangeOrder): void {
    this.#failures = 0;
    this.#refusals = 0;
    const { application } = this.#deployment;
    const state = stateOf(order.status);
    const next = { ...this.#deployment, state, status: order.status, order };
    const error = failureOf(order, application.name);
    this.#set({ ...next, error, problem: undefined });
    if (this.isDone) {
      this.#set({ ...this.#deployment, endedAt: this.options.clock() });
    } else {
      this.#checkLimit();
    }
    this.options.onChange(this.#deployment);
  }

  /** Takes the failure of a read: it is tried again, unless the next one would be refused as well. */
  fail(error: unknown): void {
    this.#failures += 1;
    if (this.#isTolerable(error)) {
      this.#set({ ...this.#deployment, problem: error });
      this.#checkLimit();
    } else {
      this.stop(error);
    }
    this.options.onChange(this.#deployment);
  }

  /** Stops following; the order goes on. @param cause why, when the person did not want it */
  stop(cause?: unknown): void {
    const { application, changeOrderId } = this.#deployment;
    const facts = { subject: application.name, changeOrderId };
    const known = hasCode(cause) ? { ...cause.facts, ...facts } : facts;
    const error =
      cause === undefined ? undefined : new CodedError('deploy.notFollowed', known, { cause });
    this.#set({ ...this.#deployment, state: 'unfollowed', error, problem: undefined });
  }

  #isTolerable(error: unknown): error is CodedError {
    if (hasCode(error, 'edas.rejected')) {
      this.#refusals += 1;
      return this.#refusals <= toleratedRefusals;
    }
    return (
      hasCode(
        error,
        'edas.throttled',
        'edas.serverFault',
        'edas.answerMalformed',
        'edas.clockSkewed',
      ) ||
      (hasCode(error) && /^(?:network|answer)\./.test(error.code))
    );
  }

  #checkLimit(): void {
    const { application, changeOrderId } = this.#deployment;
    if (this.#activeMs >= this.options.limitMs()) {
      const facts = { subject: application.name, changeOrderId };
      const error = new CodedError('deploy.timedOut', facts);
      this.#set({ ...this.#deployment, state: 'unfollowed', error, problem: undefined });
    }
  }

  #set(deployment: Deployment): void {
    const now = this.options.now();
    if (this.#deployment.state !== 'waitingForConfirmation') {
      this.#activeMs += Math.min(mostCountedMs, now - this.#lastAt);
    }
    this.#lastAt = now;
    this.#deployment = deployment;
  }
}
