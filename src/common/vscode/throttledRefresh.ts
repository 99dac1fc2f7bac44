import type { Disposable } from '../../core/util/disposable';
import { startTimeout, type StartTimer } from './timer';

/** Shortest time between two refreshes, ms. */
const minIntervalMs = 200;

/** Refreshes what changes often, such as a progress notification: not after each change, but always after the last. */
export class ThrottledRefresh implements Disposable {
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #later: Disposable | undefined;

  constructor(
    private readonly refresh: () => void,
    private readonly startTimer: StartTimer = startTimeout,
    private readonly now: () => number = () => performance.now(),
  ) {}

  changed(): void {
    if (this.#later !== undefined) {
      return;
    }
    const waitMs = this.#refreshedAt + minIntervalMs - this.now();
    if (waitMs <= 0) {
      this.#run();
    } else {
      this.#later = this.startTimer(waitMs, () => this.#run());
    }
  }

  /** Refreshes at once if that is still due. */
  dispose(): void {
    if (this.#later !== undefined) {
      this.#run();
    }
  }

  #run(): void {
    this.#later?.dispose();
    this.#later = undefined;
    this.#refreshedAt = this.now();
    this.refresh();
  }
}
