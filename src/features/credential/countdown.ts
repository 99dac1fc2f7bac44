import type { Disposable } from '../../core/disposable';
import type { Credential } from '../../core/edas/credential';
import { phaseOf } from '../../core/session/phase';
import { Slot } from '../../kit/disposables';

/** Who can see the countdown just now. */
export interface Spectators {
  /** The Credential view is visible. */
  readonly view: boolean;
  readonly statusBar: boolean;
  /** The window has the focus. */
  readonly focused: boolean;
}

/** A computer that slept wakes to a wrong text for at most so long, ms; timers do not count sleep. */
const longestWaitMs = 15_000;

/**
 * How long what is shown stays right, ms; undefined when it does not change, or nobody sees it.
 * The view shows seconds until the end and minutes after it; the status bar shows minutes, seconds while the
 * credential is expiring, and nothing that changes after the end.
 * @param now server's time, ms since 1970
 */
export function msUntilChange(
  credential: Credential,
  now: number,
  { view, statusBar, focused }: Spectators,
): number | undefined {
  if (!focused || (!view && !statusBar)) {
    return undefined;
  }
  const leftMs = credential.expiresAt - now;
  if (leftMs <= 0) {
    return view ? 60_000 - (-leftMs % 60_000) : undefined;
  }
  const toNextSecond = leftMs % 1000 === 0 ? 1000 : leftMs % 1000;
  if (view || phaseOf(credential, now) === 'expiring') {
    return toNextSecond;
  }
  const toNextMinute = toNextSecond + (Math.ceil(leftMs / 1000) % 60) * 1000;
  return Math.min(toNextMinute, longestWaitMs);
}

/** Starts a one-shot timer; disposing the answer stops it. A parameter so that tests can hold the time. */
export type StartTimer = (ms: number, fire: () => void) => Disposable;

const startTimeout: StartTimer = (ms, fire) => {
  const timer = setTimeout(fire, ms);
  return { dispose: () => clearTimeout(timer) };
};

/**
 * Says when the shown time must be drawn anew. It computes from the instant and counts nothing, so it is right after
 * sleep; it has at most one timer, and none while nobody sees it.
 */
export class Countdown implements Disposable {
  #credential: Credential | undefined;
  #spectators: Spectators = { view: false, statusBar: false, focused: false };
  readonly #timer = new Slot();

  constructor(
    private readonly clock: { now(): number },
    private readonly draw: () => void,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  /** The credential whose end is counted down to. What is shown of it is drawn by the caller. */
  watch(credential: Credential | undefined): void {
    this.#credential = credential;
    this.#wait();
  }

  /** Draws at once when somebody looks who did not before. */
  seenBy(spectators: Spectators): void {
    const before = this.#spectators;
    this.#spectators = spectators;
    if (this.#credential !== undefined && someoneNewLooks(before, spectators)) {
      this.draw();
    }
    this.#wait();
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #wait(): void {
    const ms =
      this.#credential && msUntilChange(this.#credential, this.clock.now(), this.#spectators);
    this.#timer.set(
      ms === undefined
        ? undefined
        : this.startTimer(ms, () => {
            this.draw();
            this.#wait();
          }),
    );
  }
}

function someoneNewLooks(before: Spectators, now: Spectators): boolean {
  const looks = (who: Spectators, where: 'statusBar' | 'view'): boolean =>
    who.focused && who[where];
  return (
    (looks(now, 'view') && !looks(before, 'view')) ||
    (looks(now, 'statusBar') && !looks(before, 'statusBar'))
  );
}
