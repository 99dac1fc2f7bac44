import type { Disposable } from '../../core/util/disposable';
import { startTimeout, type StartTimer } from './timer';

/** At most so often is it drawn, ms. */
const drawEveryMs = 200;

/** Draws something that changes often, such as a progress notification: not each change, but always the last. */
export class ThrottledRefresh implements Disposable {
  #drawnAt = Number.NEGATIVE_INFINITY;
  #later: Disposable | undefined;

  constructor(
    private readonly draw: () => void,
    private readonly startTimer: StartTimer = startTimeout,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** There is something new to draw. */
  changed(): void {
    if (this.#later !== undefined) {
      return;
    }
    const waitMs = this.#drawnAt + drawEveryMs - this.now();
    if (waitMs <= 0) {
      this.#draw();
    } else {
      this.#later = this.startTimer(waitMs, () => this.#draw());
    }
  }

  /** Draws what still waits for that. */
  dispose(): void {
    if (this.#later !== undefined) {
      this.#draw();
    }
  }

  #draw(): void {
    this.#later?.dispose();
    this.#later = undefined;
    this.#drawnAt = this.now();
    this.draw();
  }
}
