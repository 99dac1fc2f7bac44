import type { ServerClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Credential } from '../alibaba/edas/credential';
import { Emitter, type Event } from '../util/emitter';
import { isAbort, hasCode } from '../errors/catalogue';
import { abortError } from '../util/abort';
import { silentLog, type Log } from '../util/log';
import { SharedRequest } from './sharedRequest';
import { needsRenewal, expiryState } from './expiry';

/** What is known of the account's credential. `last` is the last good one: shown, but not used. */
export type CredentialState =
  | { readonly kind: 'none' }
  | { readonly kind: 'fetching'; readonly last?: Credential }
  | { readonly kind: 'held'; readonly credential: Credential }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly last?: Credential;
      /** A person had just asked for it. */
      readonly userInitiated: boolean;
    };

export interface SessionOptions {
  /** Asks EDAS. */
  readonly fetch: (signal: AbortSignal) => Promise<Credential>;
  readonly clock: ServerClock;
  readonly log?: Log;
}

export interface FetchOptions {
  /** Aborted, this caller stops waiting; the request itself ends when nobody waits for it any more. */
  readonly signal?: AbortSignal;
  /** A person asks, and will look at a failure. */
  readonly userInitiated?: boolean;
}

/** Who needs the credential for an action. */
export type UseOptions = Pick<FetchOptions, 'userInitiated'>;

/** While a credential still lives that could not be renewed, EDAS is not asked again for so long, ms. */
const renewalPauseMs = 10_000;

/**
 * Holds the one living credential of the account that is signed in. Memory only. EDAS is asked by at most one
 * request at a time, however many actions need the answer.
 */
export class CredentialSession implements Disposable {
  readonly #changed = new Emitter<CredentialState>();
  readonly #fetch: SessionOptions['fetch'];
  readonly #log: Log;
  #state: CredentialState = { kind: 'none' };
  /** The credential that actions get. Unlike the one shown, never one that OSS has refused. */
  #held: Credential | undefined;
  #flight: { readonly run: SharedRequest<Credential>; userInitiated: boolean } | undefined;
  /** Grows with each reset: what was begun for another account must not go on for this one. */
  #generation = 0;
  #noRenewalBefore = 0;
  #disposed = false;

  readonly onDidChange: Event<CredentialState> = this.#changed.event;
  /** The servers' time, by which the credential ages. */
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
   * Gets a new credential, or joins whoever is getting one. A failure leaves the held credential as it is.
   * @throws what the fetch throws; an `AbortError` by the signal and by `reset`
   */
  async fetch({ signal, userInitiated: asked = false }: FetchOptions = {}): Promise<Credential> {
    if (this.#disposed || signal?.aborted) {
      throw abortError();
    }
    const flight = this.#flight ?? this.#startFetch();
    flight.userInitiated ||= asked;
    return flight.run.wait(signal);
  }

  /**
   * The credential for an action: the held one, renewed first when little of its life is left. When it cannot be
   * renewed but still lives, it is used: what is short of time is better than nothing.
   * @param options `asked: false` for what nobody asked for, such as a view that is filled because it is shown. By
   * default an action that cannot go on without a new one is a person's asking
   */
  async current(
    signal?: AbortSignal,
    { userInitiated: asked = true }: UseOptions = {},
  ): Promise<Credential> {
    const held = this.#held;
    if (held && (!needsRenewal(held, this.clock.now()) || this.#isRenewalPaused(held))) {
      return held;
    }
    try {
      // What can go on without it is not to be alarmed about.
      const needed = !held || !this.#isValid(held);
      return await this.fetch({ userInitiated: asked && needed, ...(signal && { signal }) });
    } catch (error) {
      // That the fetch was cancelled, and not this action, is a reason like any other.
      if (!held || held !== this.#held || signal?.aborted || !this.#isValid(held)) {
        throw error;
      }
      this.#noRenewalBefore = this.clock.now() + renewalPauseMs;
      this.#log.warn('credential: could not be renewed, the held one is used while it lives');
      return held;
    }
  }

  /**
   * Runs an action with the current credential. When OSS finds that expired (`oss.tokenExpired`), it is dropped, a
   * new one is fetched once for all who hit that, and the action runs once more.
   * @param options as for `current`
   */
  async use<T>(
    action: (credential: Credential) => Promise<T>,
    signal?: AbortSignal,
    options?: UseOptions,
  ): Promise<T> {
    const generation = this.#generation;
    const current = async (): Promise<Credential> => {
      const credential = await this.current(signal, options);
      if (generation !== this.#generation) {
        throw abortError();
      }
      return credential;
    };
    try {
      return await this.#try(await current(), action);
    } catch (error) {
      if (!hasCode(error, 'oss.tokenExpired') || generation !== this.#generation) {
        throw error;
      }
      return this.#try(await current(), action);
    }
  }

  /**
   * Ends the fetch that is under way, whoever waits for it. They get an `AbortError`, but for actions whose held
   * credential still lives: those go on with it. The state goes back to what it was before.
   */
  cancelFetch(): void {
    this.#flight?.run.cancel();
  }

  /** Holds what EDAS has just answered elsewhere for this account, and gives it to all who wait for a fetch. */
  adopt(credential: Credential): void {
    if (this.#disposed) {
      return;
    }
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.run.resolve(credential);
    this.#setCredential(credential);
  }

  /** Forgets everything, as for a sign-out or another account. A request under way is aborted and its answer lost. */
  reset(): void {
    this.#generation++;
    this.#held = undefined;
    this.#noRenewalBefore = 0;
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.run.abort();
    if (this.#state.kind !== 'none') {
      this.#setState({ kind: 'none' });
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#changed.dispose();
    this.reset();
  }

  #startFetch(): { readonly run: SharedRequest<Credential>; userInitiated: boolean } {
    const before = this.#state;
    const goBack = (): void => {
      if (this.#flight === flight) {
        this.#flight = undefined;
        this.#setState(before);
      }
    };
    const flight = { run: new SharedRequest(this.#fetch, goBack), userInitiated: false };
    // First of all who wait, so that they find the state settled. A late answer belongs to no flight of ours.
    void flight.run.result.then(
      (credential) => {
        if (this.#flight === flight) {
          this.#flight = undefined;
          this.#setCredential(credential);
        }
      },
      (error: unknown) => {
        if (isAbort(error)) {
          goBack();
        } else if (this.#flight === flight) {
          this.#flight = undefined;
          this.#log.warn(`credential: not fetched: ${nameOf(error)}`);
          this.#setState({
            kind: 'failed',
            error,
            userInitiated: flight.userInitiated,
            ...lastOf(before),
          });
        }
      },
    );
    this.#flight = flight;
    this.#setState({ kind: 'fetching', ...lastOf(before) });
    return flight;
  }

  #setCredential(credential: Credential): void {
    this.#held = credential;
    this.#noRenewalBefore = 0;
    const seconds = Math.round((credential.expiresAt - this.clock.now()) / 1000);
    this.#log.info(`credential: held for ${seconds} s, RequestId ${credential.requestId}`);
    this.#setState({ kind: 'held', credential });
  }

  async #try<T>(
    credential: Credential,
    action: (credential: Credential) => Promise<T>,
  ): Promise<T> {
    try {
      return await action(credential);
    } catch (error) {
      if (hasCode(error, 'oss.tokenExpired')) {
        this.#invalidate(credential);
      }
      throw error;
    }
  }

  #invalidate(credential: Credential): void {
    // Another lane may have dropped it, and there may be a new one already.
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

function lastOf(state: CredentialState): { readonly last?: Credential } {
  switch (state.kind) {
    case 'none':
      return {};
    case 'held':
      return { last: state.credential };
    case 'fetching':
    case 'failed':
      return state.last ? { last: state.last } : {};
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
