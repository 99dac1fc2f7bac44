import { changeStatus, type ChangeOrder } from '../alibaba/edas/changeOrder';
import { CodedError, hasCode } from '../errors/catalogue';
import type { LocalClock } from '../util/clock';
import type { Timing } from '../util/timing';
import { failureOf } from './failure';
import { isEnded, isFollowed, type Deployment, type DeploymentState } from './types';

interface FollowerOptions {
  /** ms since 1970. */
  readonly clock: LocalClock;
  readonly timing: Timing;
  /** Reads the order once. */
  readonly read: (signal: AbortSignal) => Promise<ChangeOrder>;
  /** How many orders of the same account are followed, this one included. */
  readonly orders: () => number;
  /** How long to follow; waiting for a confirmation and time asleep do not count. ms. */
  readonly limitMs: () => number;
  readonly onChange: (deployment: Deployment) => void;
}

/** Time between two reads of an order that makes progress: the minimum, and a random addition up to `jitterMs`; ms. */
const minIntervalMs = 3_000;
const jitterMs = 2_000;
/** On average, time between two reads of an account: GetChangeOrderInfo is limited to 100 a minute; ms. */
const accountIntervalMs = 1_500;
/** Time between two reads of an order that waits for a person, or when EDAS throttles or cannot be reached; ms. */
const maxIntervalMs = 15_000;
/** The longest wait that EDAS may request, ms. */
const maxRequestedMs = 60_000;
/** More time between two reads counts only as this against the limit, ms: the computer slept. */
const maxCountedMs = 60_000;
/** EDAS may not know an order that it has just created. */
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

/** What the status of an order means. A status that is not documented is neither an end nor a success. */
export function stateOf(status: number): DeploymentState {
  return states.get(status) ?? 'running';
}

/** The deployment after its order was read. */
export function withOrder(
  deployment: Deployment,
  order: ChangeOrder,
  clock: LocalClock,
): Deployment {
  const error = failureOf(order, deployment.application.name);
  const state = stateOf(order.status);
  const next = { ...deployment, state, order, error, problem: undefined };
  return isEnded(next) ? { ...next, endedAt: next.endedAt ?? clock() } : next;
}

/** Follows one change order: reads it again and again, and decides what the result means and when to read next. */
export class DeploymentFollower {
  #deployment: Deployment;
  #activeMs = 0;
  #lastAt: number;
  /** Failed reads in a row. */
  #failures = 0;
  #refusals = 0;
  readonly #stopped = new AbortController();
  /** Aborted, it ends the wait for the next read. */
  #waiting = new AbortController();

  constructor(
    deployment: Deployment,
    private readonly options: FollowerOptions,
  ) {
    this.#deployment = deployment;
    this.#lastAt = options.timing.now();
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  get isDone(): boolean {
    return !isFollowed(this.#deployment);
  }

  /** Reads the order from now on until it has ended, or `stop`. */
  async run(): Promise<void> {
    const { read, timing } = this.options;
    while (isFollowed(this.#deployment)) {
      // Made before the read: an order that is changed meanwhile is read again without a wait.
      this.#waiting = new AbortController();
      const report = await read(this.#stopped.signal).then(
        (order) => () => this.accept(order),
        (error: unknown) => () => this.fail(error),
      );
      if (isFollowed(this.#deployment)) {
        report();
      }
      if (isFollowed(this.#deployment)) {
        const intervalMs = this.intervalMs(timing.random());
        await timing.wait(intervalMs, this.#waiting.signal).catch(() => undefined);
      }
    }
  }

  /** Reads the order now, or again after the current read, because it was changed. */
  readSoon(): void {
    this.#waiting.abort();
  }

  /** How long to wait before the next read, ms. @param random from 0 up to 1 */
  intervalMs(random: number): number {
    const { state, problem } = this.#deployment;
    const usual = minIntervalMs + random * jitterMs;
    const intervalMs =
      state === 'waitingForConfirmation'
        ? maxIntervalMs
        : Math.min(maxIntervalMs, usual * 2 ** Math.min(this.#failures, 3));
    const requestedMs = Math.min(maxRequestedMs, problem?.facts.retryAfterMs ?? 0);
    return Math.max(intervalMs, requestedMs, this.options.orders() * accountIntervalMs);
  }

  /** Takes the order as it was just read. */
  accept(order: ChangeOrder): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#set(withOrder(this.#deployment, order, this.options.clock));
    if (!this.isDone) {
      this.#checkLimit();
    }
    this.options.onChange(this.#deployment);
  }

  /** Takes the failure of a read. The order is read again, unless the next read would be refused as well. */
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

  /** Stops following; the order continues. @param cause why, when the person did not want it */
  stop(cause?: unknown): void {
    const { application, changeOrderId } = this.#deployment;
    const facts = { ...(hasCode(cause) && cause.facts), subject: application.name, changeOrderId };
    const error = new CodedError('deploy.notFollowed', facts, { cause });
    this.#unfollow(cause === undefined ? undefined : error);
    this.#stopped.abort();
    this.#waiting.abort();
  }

  #isTolerable(error: unknown): error is CodedError {
    if (hasCode(error, 'edas.rejected')) {
      this.#refusals += 1;
      return this.#refusals <= toleratedRefusals;
    }
    return (
      hasCode(error) &&
      /^(?:network\.|response\.|edas\.(?:throttled|serverFault|responseMalformed|clockSkewed)$)/.test(
        error.code,
      )
    );
  }

  #checkLimit(): void {
    const { application, changeOrderId } = this.#deployment;
    if (this.#activeMs >= this.options.limitMs()) {
      this.#unfollow(
        new CodedError('deploy.timedOut', { subject: application.name, changeOrderId }),
      );
    }
  }

  #unfollow(error: CodedError | undefined): void {
    this.#set({ ...this.#deployment, state: 'unfollowed', error, problem: undefined });
  }

  #set(deployment: Deployment): void {
    const now = this.options.timing.now();
    if (this.#deployment.state !== 'waitingForConfirmation') {
      this.#activeMs += Math.min(maxCountedMs, now - this.#lastAt);
    }
    this.#lastAt = now;
    this.#deployment = deployment;
  }
}
