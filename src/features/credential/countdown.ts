import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import { expiryState } from '../../core/credential/expiry';
import { MutableDisposable } from '../../common/vscode/disposables';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** Who can see the countdown just now. */
export interface Visibility {
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
  { view, statusBar, focused }: Visibility,
): number | undefined {
  if (!focused || (!view && !statusBar)) {
    return undefined;
  }
  const leftMs = credential.expiresAt - now;
  if (leftMs <= 0) {
    return view ? 60_000 - (-leftMs % 60_000) : undefined;
  }
  const toNextSecond = leftMs % 1000 === 0 ? 1000 : leftMs % 1000;
  if (view || expiryState(credential, now) === 'expiring') {
    return toNextSecond;
  }
  const toNextMinute = toNextSecond + (Math.ceil(leftMs / 1000) % 60) * 1000;
  return Math.min(toNextMinute, longestWaitMs);
}

/**
 * Says when the shown time must be drawn anew. It computes from the instant and counts nothing, so it is right after
 * sleep; it has at most one timer, and none while nobody sees it.
 */
export class Countdown implements Disposable {
  #credential: Credential | undefined;
  #spectators: Visibility = { view: false, statusBar: false, focused: false };
  readonly #timer = new MutableDisposable();

  constructor(
    private readonly clock: { now(): number },
    private readonly draw: () => void,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  /** The credential whose end is counted down to. What is shown of it is drawn by the caller, after this call. */
  setCredential(credential: Credential | undefined): void {
    this.#credential = credential;
    this.#wait();
  }

  /** Draws at once when somebody looks who did not before. */
  setVisibility(spectators: Visibility): void {
    const before = this.#spectators;
    this.#spectators = spectators;
    this.#wait();
    if (this.#credential !== undefined && becameVisible(before, spectators)) {
      this.draw();
    }
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
            // Drawn after the next timer is set: a timer may come a moment early, and what is drawn must not be older
            // than what the next timer is set by.
            this.#wait();
            this.draw();
          }),
    );
  }
}

function becameVisible(before: Visibility, now: Visibility): boolean {
  const looks = (who: Visibility, where: 'statusBar' | 'view'): boolean =>
    who.focused && who[where];
  return (
    (looks(now, 'view') && !looks(before, 'view')) ||
    (looks(now, 'statusBar') && !looks(before, 'statusBar'))
  );
}
