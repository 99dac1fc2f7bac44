import { isAbort } from '../errors/catalogue';
import type { Timing } from '../util/timing';
import type { Disposable } from '../util/disposable';
import type { ChangeOrder } from '../alibaba/edas/changeOrder';
import type { DeploymentFollower } from './follower';

/** Time between two reads of an account, however many orders it has: GetChangeOrderInfo is limited to 100 a minute; ms. */
const spacingMs = 1_500;

interface Followed {
  readonly follower: DeploymentFollower;
  readonly changeOrderId: string;
  /** By `timing.now()`. */
  dueAt: number;
}

/** Reads the orders of one account, one at a time, as long as any is followed. */
export class AccountPoller implements Disposable {
  /** By deployment. */
  readonly #followed = new Map<string, Followed>();
  readonly #disposed = new AbortController();
  #wake = new AbortController();
  #isRunning = false;
  #lastReadAt = Number.NEGATIVE_INFINITY;

  /** @param readOrder reads an order once */
  constructor(
    private readonly timing: Timing,
    private readonly readOrder: (
      changeOrderId: string,
      signal: AbortSignal,
    ) => Promise<ChangeOrder>,
  ) {}

  has(id: string): boolean {
    return this.#followed.has(id);
  }

  /** Reads the order of a deployment from now on. */
  add(id: string, changeOrderId: string, follower: DeploymentFollower): void {
    this.#followed.set(id, { follower, changeOrderId, dueAt: this.timing.now() });
    this.#hurry();
  }

  /** @returns the follower that was removed; undefined when the deployment is not followed */
  remove(id: string): DeploymentFollower | undefined {
    const follower = this.#followed.get(id)?.follower;
    this.#followed.delete(id);
    this.#wake.abort();
    return follower;
  }

  /** Reads this one next, because it was changed. @returns false when it is not followed */
  readSoon(id: string): boolean {
    const followed = this.#followed.get(id);
    if (followed === undefined) {
      return false;
    }
    followed.dueAt = this.timing.now();
    this.#hurry();
    return true;
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
      // In the same turn in which nothing was left, so that an order that is added afterwards starts a new run.
      this.#isRunning = false;
    }
  }

  #next(): Followed | undefined {
    return [...this.#followed.values()].sort((a, b) => a.dueAt - b.dueAt)[0];
  }

  #waitFor({ dueAt }: Followed): number {
    return Math.max(dueAt, this.#lastReadAt + spacingMs) - this.timing.now();
  }

  /** Ends earlier when an order is added, removed or to be read at once. */
  async #wait(ms: number): Promise<void> {
    this.#wake = new AbortController();
    try {
      await this.timing.wait(ms, this.#wake.signal);
    } catch (error) {
      if (!isAbort(error)) {
        throw error;
      }
    }
  }

  async #read(followed: Followed): Promise<void> {
    const { follower, changeOrderId } = followed;
    this.#lastReadAt = this.timing.now();
    const report = await this.readOrder(changeOrderId, this.#disposed.signal).then(
      (order) => () => follower.accept(order),
      (error: unknown) => () => follower.fail(error),
    );
    if (this.#followed.get(follower.deployment.id) === followed) {
      report();
      followed.dueAt = this.timing.now() + follower.intervalMs(this.timing.random());
    }
  }
}
