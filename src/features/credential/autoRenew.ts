import { needsRenewal, renewAt } from '../../core/credential/expiry';
import { lastCredential, type CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { isAbort } from '../../core/errors/catalogue';
import type { Log } from '../../core/util/log';
import { MutableDisposable } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { startTimeout, type StartTimer } from '../../common/vscode/timer';

/** Time between a failed renewal and the next, ms. */
const pauseMs = 60_000;
/** Longest timer, ms, because timers do not count sleep. */
const longestWaitMs = 60_000;

/**
 * Renews the credential before it expires, while that is enabled. Only the view and the status bar show a failure; the
 * next use of the credential fetches again anyway.
 */
export class AutoRenew implements Disposable {
  readonly #timer = new MutableDisposable();
  readonly #watch: Disposable;
  readonly #disposed = new AbortController();
  #isEnabled = false;
  #notBefore = 0;

  constructor(
    private readonly session: Pick<CredentialSession, 'clock' | 'fetch' | 'onDidChange' | 'state'>,
    private readonly log: Log,
    private readonly startTimer: StartTimer = startTimeout,
  ) {
    this.#watch = session.onDidChange(() => this.#wait());
  }

  /** The setting is on and the window has the focus. */
  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#wait();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#timer.dispose();
    this.#disposed.abort();
  }

  #wait(): void {
    const { state, clock } = this.session;
    const credential = state.kind === 'fetching' ? undefined : lastCredential(state);
    if (!this.#isEnabled || credential === undefined) {
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
      await this.session.fetch({ signal: this.#disposed.signal });
      this.#notBefore = 0;
    } catch (error) {
      if (!isAbort(error)) {
        logFailure(this.log, error);
      }
    }
    this.#wait();
  }
}
