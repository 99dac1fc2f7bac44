import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import { expiryState } from '../../core/credential/expiry';
import { MutableDisposable } from '../../common/vscode/disposables';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** Where the countdown is visible. */
export interface Visibility {
  /** The Credential view is visible. */
  readonly view: boolean;
  readonly statusBar: boolean;
  /** The window has the focus. */
  readonly focused: boolean;
}

/** After sleep, a wrong text is shown for at most this time, ms: timers do not count sleep. */
const longestWaitMs = 15_000;

/**
 * How long the shown texts stay valid, ms; undefined when they do not change or are not visible.
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
 * Refreshes the shown time when it changes. It computes from the current time instead of counting, so it is right after
 * sleep. It has at most one timer, and none while nothing is visible.
 */
export class Countdown implements Disposable {
  #credential: Credential | undefined;
  #visibility: Visibility = { view: false, statusBar: false, focused: false };
  readonly #timer = new MutableDisposable();

  constructor(
    private readonly clock: { now(): number },
    private readonly refresh: () => void,
    private readonly startTimer: StartTimer = startTimeout,
  ) {}

  /** The credential whose expiry is shown. The caller refreshes after this call. */
  setCredential(credential: Credential | undefined): void {
    this.#credential = credential;
    this.#wait();
  }

  /** Refreshes at once, because the shown time may be old. */
  setVisibility(visibility: Visibility): void {
    this.#visibility = visibility;
    this.#wait();
    if (this.#credential !== undefined) {
      this.refresh();
    }
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #wait(): void {
    const ms =
      this.#credential && msUntilChange(this.#credential, this.clock.now(), this.#visibility);
    this.#timer.set(
      ms === undefined
        ? undefined
        : this.startTimer(ms, () => {
            // After the next timer is set: a timer may fire a moment early, and the refreshed texts must not be older
            // than the time by which the next timer is set.
            this.#wait();
            this.refresh();
          }),
    );
  }
}
