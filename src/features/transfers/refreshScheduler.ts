import type { Disposable } from '../../core/util/disposable';

/** What is to be drawn anew: the list as a whole, or the rows with these ids. */
export type RefreshScope = readonly string[] | 'all';

/** Starts a one-shot timer; disposing the answer stops it. A parameter so that tests can hold the time. */
export type StartTimer = (ms: number, fire: () => void) => Disposable;

/** At most so often is anything drawn anew, ms. */
const everyMs = 200;

const startTimeout: StartTimer = (ms, fire) => {
  const timer = setTimeout(fire, ms);
  return { dispose: () => clearTimeout(timer) };
};

/** Collects what has changed, so that it is drawn at most five times a second, and not at all while nobody sees it. */
export class RefreshScheduler implements Disposable {
  readonly #rows = new Set<string>();
  #all = false;
  #isVisible = false;
  /** Runs for a while after each drawing. */
  #timer: Disposable | undefined;

  constructor(
    private readonly draw: (what: RefreshScope) => void,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  row(id: string): void {
    this.#rows.add(id);
    this.#drawSoon();
  }

  all(): void {
    this.#all = true;
    this.#drawSoon();
  }

  /** Whether somebody sees it. What has changed meanwhile is drawn when somebody looks again. */
  show(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#drawSoon();
  }

  dispose(): void {
    this.#isVisible = false;
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #drawSoon(): void {
    if (!this.#isVisible || this.#timer !== undefined || (!this.#all && this.#rows.size === 0)) {
      return;
    }
    const what = this.#all ? 'all' : [...this.#rows];
    this.#all = false;
    this.#rows.clear();
    this.#timer = this.startTimer(everyMs, () => {
      this.#timer = undefined;
      this.#drawSoon();
    });
    this.draw(what);
  }
}
