import { isAbort } from '../errors/catalogue';
import type { Timing } from '../util/timing';
import type { Disposable } from '../util/disposable';
import type { ChangeOrder } from '../alibaba/edas/changeOrder';
import type { DeploymentFollower } from './follower';

/** Between two reads of an account, whatever the number of its orders, ms: GetChangeOrderInfo is limited to 100 a minute. */
const spacingMs = 1_500;

export interface PollerOptions {
  readonly timing: Timing;
  /** Reads an order once. */
  readonly read: (changeOrderId: string, signal: AbortSignal) => Promise<ChangeOrder>;
}

interface Followed {
  readonly follower: DeploymentFollower;
  readonly changeOrderId: string;
  /** By `timing.now()`. */
  dueAt: number;
}

/** Reads the orders of one account, one at a time, as long as any is followed. */
export class AccountPoller implements Disposable {
  readonly #followed = new Map<string, Followed>();
  readonly #disposed = new AbortController();
  #wake = new AbortController();
  #isRunning = false;
  #lastReadAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: PollerOptions) {}

  /** Starts at once. */
  add(follower: DeploymentFollower, changeOrderId: string): void {
    const dueAt = this.options.timing.now();
    this.#followed.set(changeOrderId, { follower, changeOrderId, dueAt });
    this.#hurry();
  }

  remove(changeOrderId: string): void {
    this.#followed.delete(changeOrderId);
    this.#wake.abort();
  }

  /** Reads this one next, because something was done to it. */
  readSoon(changeOrderId: string): void {
    const followed = this.#followed.get(changeOrderId);
    if (followed !== undefined) {
      followed.dueAt = this.options.timing.now();
      this.#hurry();
    }
  }

  dispose(): void {
    this.#followed.clear();
    this.#disposed.abort();
    this.#wake.abort();
  }

  #hurry(): void {
    this.#wake.abort();
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        const waitMs = this.#waitFor(next);
        if (waitMs > 0) {
          await this.#wait(waitMs);
        } else {
          await this.#read(next);
        }
      }
    } finally {
      // In the same turn in which nothing was left, so that an order that is added now starts a new run.
      this.#isRunning = false;
    }
  }

  #next(): Followed | undefined {
    return [...this.#followed.values()].sort((a, b) => a.dueAt - b.dueAt)[0];
  }

  #waitFor({ dueAt }: Followed): number {
    return Math.max(dueAt, this.#lastReadAt + spacingMs) - this.options.timing.now();
  }

  /** Until then, or until an order is added, removed or wanted sooner. */
  async #wait(ms: number): Promise<void> {
    this.#wake = new AbortController();
    try {
      await this.options.timing.wait(ms, this.#wake.signal);
    } catch (error) {
      if (!isAbort(error)) {
        throw error;
      }
    }
  }

  async #read(followed: Followed): Promise<void> {
    const { timing, read } = this.options;
    const { follower, changeOrderId } = followed;
    this.#lastReadAt = timing.now();
    const report = await read(changeOrderId, this.#disposed.signal).then(
      (order) => () => follower.accept(order),
      (error: unknown) => () => follower.fail(error),
    );
    if (this.#followed.get(changeOrderId) !== followed) {
      return;
    }
    report();
    followed.dueAt = timing.now() + follower.intervalMs(timing.random());
    if (follower.isDone) {
      this.#followed.delete(changeOrderId);
    }
  }
}
