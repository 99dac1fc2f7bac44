import type { ServerClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Credential } from '../alibaba/edas/credential';
import { Emitter, type Event } from '../util/emitter';
import { isAbort, hasCode } from '../errors/catalogue';
import { abortError } from '../util/abort';
import { silentLog, type Log } from '../util/log';
import { SharedRequest } from './sharedRequest';
import { needsRenewal, expiryState } from './expiry';

/** State of the account's credential. `last` is the last valid one, which is only shown. */
export type CredentialState =
  | { readonly kind: 'none' }
  | { readonly kind: 'fetching'; readonly last?: Credential }
  | { readonly kind: 'held'; readonly credential: Credential }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly last?: Credential;
      /** The person had requested it and expects to see a failure. */
      readonly userInitiated: boolean;
    };

export interface SessionOptions {
  /** Requests a credential from EDAS. */
  readonly fetch: (signal: AbortSignal) => Promise<Credential>;
  readonly clock: ServerClock;
  readonly log?: Log;
}

export interface FetchOptions {
  /** When aborted, this caller stops waiting; the request itself is aborted when no caller is left. */
  readonly signal?: AbortSignal;
  /** The person requested it and expects to see a failure. */
  readonly userInitiated?: boolean;
}

export type UseOptions = Pick<FetchOptions, 'userInitiated'>;

interface RunningFetch {
  readonly run: SharedRequest<Credential>;
  /** Whether one of its callers expects to see a failure. */
  userInitiated: boolean;
}

/** After a failed renewal of a credential that is still valid, no request is sent to EDAS for this time, ms. */
const renewalPauseMs = 10_000;

/**
 * Holds the valid credential of the current account, in memory only. At most one request to EDAS runs at a time, however
 * many actions wait for it.
 */
export class CredentialSession implements Disposable {
  readonly #changed = new Emitter<CredentialState>();
  readonly #fetch: SessionOptions['fetch'];
  readonly #log: Log;
  #state: CredentialState = { kind: 'none' };
  /** The credential for actions. Unlike the shown one, never one that OSS has rejected. */
  #held: Credential | undefined;
  #running: RunningFetch | undefined;
  /** Incremented by each reset: an action that started for another account must not continue with this one. */
  #generation = 0;
  #noRenewalBefore = 0;
  #disposed = false;

  readonly onDidChange: Event<CredentialState> = this.#changed.event;
  /** The servers' time, which determines when the credential expires. */
  readonly clock: ServerClock;

  constructor({ fetch, clock, log = silentLog }: SessionOptions) {
    this.#fetch = fetch;
    this.#log = log;
    this.clock = clock;
  }

  get state(): CredentialState {
    return this.#state;
  }

  /**
   * Fetches a new credential, or joins a running fetch. A failure does not change the current credential.
   * @throws what the fetch throws; an `AbortError` by the signal and by `reset`
   */
  async fetch({ signal, userInitiated = false }: FetchOptions = {}): Promise<Credential> {
    if (this.#disposed || signal?.aborted) {
      throw abortError();
    }
    const request = this.#running ?? this.#startFetch();
    request.userInitiated ||= userInitiated;
    return request.run.wait(signal);
  }

  /**
   * The credential for an action: the current one, renewed first when it expires soon. If renewing fails and it is still
   * valid, it is used.
   * @param options `userInitiated: false` for background work, such as filling a view that is shown; default true
   */
  async current(
    signal?: AbortSignal,
    { userInitiated = true }: UseOptions = {},
  ): Promise<Credential> {
    const held = this.#held;
    if (held && (!needsRenewal(held, this.clock.now()) || this.#isRenewalPaused(held))) {
      return held;
    }
    try {
      // The action can continue without a new one, so there is nothing to alarm the person about.
      const needed = !held || !this.#isValid(held);
      return await this.fetch({ userInitiated: userInitiated && needed, signal });
    } catch (error) {
      // The fetch was cancelled, not this action, so this counts as a failure.
      if (!held || held !== this.#held || signal?.aborted || !this.#isValid(held)) {
        throw error;
      }
      this.#noRenewalBefore = this.clock.now() + renewalPauseMs;
      this.#log.warn('credential: could not be renewed, the current one is used while it is valid');
      return held;
    }
  }

  /**
   * Runs an action with the current credential. When OSS reports it as expired (`oss.tokenExpired`), a new one is fetched,
   * once for all actions, and the action runs once more.
   * @param options as for `current`
   */
  async use<T>(
    action: (credential: Credential) => Promise<T>,
    signal?: AbortSignal,
    options?: UseOptions,
  ): Promise<T> {
    const generation = this.#generation;
    const attempt = async (): Promise<T> => {
      const credential = await this.current(signal, options);
      if (generation !== this.#generation) {
        throw abortError();
      }
      try {
        return await action(credential);
      } catch (error) {
        if (hasCode(error, 'oss.tokenExpired')) {
          this.#invalidate(credential);
        }
        throw error;
      }
    };
    try {
      return await attempt();
    } catch (error) {
      if (!hasCode(error, 'oss.tokenExpired') || generation !== this.#generation) {
        throw error;
      }
      return attempt();
    }
  }

  /**
   * Cancels the running fetch. Its callers get an `AbortError`, except for actions whose current credential is still valid:
   * they continue with it. The state returns to the one before the fetch.
   */
  cancelFetch(): void {
    this.#running?.run.cancel();
  }

  /** Takes a credential that was fetched for this account elsewhere, and resolves waiting fetches with it. */
  adopt(credential: Credential): void {
    if (this.#disposed) {
      return;
    }
    const running = this.#running;
    this.#running = undefined;
    running?.run.resolve(credential);
    this.#setCredential(credential);
  }

  /** Clears everything, as after a sign-out or for another account. A running request is aborted. */
  reset(): void {
    this.#generation++;
    this.#held = undefined;
    this.#noRenewalBefore = 0;
    const running = this.#running;
    this.#running = undefined;
    running?.run.abort();
    if (this.#state.kind !== 'none') {
      this.#setState({ kind: 'none' });
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#changed.dispose();
    this.reset();
  }

  #startFetch(): RunningFetch {
    const before = this.#state;
    const goBack = (): void => {
      if (this.#running === request) {
        this.#running = undefined;
        this.#setState(before);
      }
    };
    const request = { run: new SharedRequest(this.#fetch, goBack), userInitiated: false };
    // Runs before other callers, so that they find the state updated. A late response of an old request is ignored.
    void request.run.result.then(
      (credential) => {
        if (this.#running === request) {
          this.#running = undefined;
          this.#setCredential(credential);
        }
      },
      (error: unknown) => {
        if (isAbort(error)) {
          goBack();
        } else if (this.#running === request) {
          this.#running = undefined;
          this.#log.warn(`credential: not fetched: ${messageOf(error)}`);
          this.#setState({
            kind: 'failed',
            error,
            userInitiated: request.userInitiated,
            last: lastCredential(before),
          });
        }
      },
    );
    this.#running = request;
    this.#setState({ kind: 'fetching', last: lastCredential(before) });
    return request;
  }

  #setCredential(credential: Credential): void {
    this.#held = credential;
    this.#noRenewalBefore = 0;
    const seconds = Math.round((credential.expiresAt - this.clock.now()) / 1000);
    this.#log.info(`credential: held for ${seconds} s, RequestId ${credential.requestId}`);
    this.#setState({ kind: 'held', credential });
  }

  #invalidate(credential: Credential): void {
    // Another action may have invalidated it already, and there may be a new one.
    if (this.#held === credential) {
      this.#log.info('credential: OSS finds it expired, a new one is fetched');
      this.#held = undefined;
    }
  }

  #isValid(credential: Credential): boolean {
    return expiryState(credential, this.clock.now()) !== 'expired';
  }

  #isRenewalPaused(held: Credential): boolean {
    return this.clock.now() < this.#noRenewalBefore && this.#isValid(held);
  }

  #setState(state: CredentialState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** The credential that is held, or the last valid one, which is only shown. */
export function lastCredential(state: CredentialState): Credential | undefined {
  if (state.kind === 'held') {
    return state.credential;
  }
  return state.kind === 'none' ? undefined : state.last;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
