import { needsRenewal, renewAt } from '../../core/credential/expiry';
import type { CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { isAbort } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';
import { MutableDisposable } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** After a renewal that failed EDAS is left in peace for so long, ms. */
const pauseMs = 60_000;
/** A computer that slept notices so much later at most, ms; timers do not count sleep. */
const longestWaitMs = 60_000;

/**
 * Renews the credential before it expires, while somebody wants that and looks. Nobody is told of a failure but by the
 * view and the status bar, and the next use tries again by itself.
 */
export class AutoRenew implements Disposable {
  readonly #timer = new MutableDisposable();
  readonly #watch: Disposable;
  readonly #leaving = new AbortController();
  #wanted = false;
  #notBefore = 0;

  constructor(
    private readonly session: Pick<CredentialSession, 'clock' | 'fetch' | 'onDidChange' | 'state'>,
    private readonly log: Log,
    private readonly startTimer: StartTimer = startTimeout,
  ) {
    this.#watch = session.onDidChange(() => this.#wait());
  }

  /** The setting is on and the window has the focus. */
  setEnabled(wanted: boolean): void {
    this.#wanted = wanted;
    this.#wait();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#timer.dispose();
    this.#leaving.abort();
  }

  #wait(): void {
    const { state, clock } = this.session;
    const credential =
      state.kind === 'held' ? state.credential : state.kind === 'failed' ? state.last : undefined;
    if (!this.#wanted || credential === undefined) {
      this.#timer.set(undefined);
      return;
    }
    const dueMs = Math.max(renewAt(credential), this.#notBefore) - clock.now();
    this.#timer.set(
      this.startTimer(Math.min(Math.max(dueMs, 1), longestWaitMs), () => {
        if (needsRenewal(credential, clock.now()) && clock.now() >= this.#notBefore) {
          void this.#renew();
        } else {
          this.#wait();
        }
      }),
    );
  }

  async #renew(): Promise<void> {
    this.#notBefore = this.session.clock.now() + pauseMs;
    try {
      await this.session.fetch({ signal: this.#leaving.signal });
      this.#notBefore = 0;
    } catch (error) {
      if (!isAbort(error)) {
        logFailure(this.log, error);
      }
    }
    this.#wait();
  }
}
