import type { ServerClock } from '../clock';
import type { Disposable } from '../disposable';
import type { Credential } from '../edas/credential';
import { Emitter, type Event } from '../emitter';
import type { Log } from '../log';

export type CredentialState =
  | { readonly kind: 'none' }
  | { readonly kind: 'fetching'; readonly last?: Credential }
  | { readonly kind: 'held'; readonly credential: Credential }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly last?: Credential;
      /** A person had just asked for it. */
      readonly asked: boolean;
    };

export interface SessionOptions {
  readonly fetch: (signal: AbortSignal) => Promise<Credential>;
  readonly clock: ServerClock;
  readonly log?: Log;
}

export class CredentialSession implements Disposable {
  readonly #changed = new Emitter<CredentialState>();
  readonly onDidChange: Event<CredentialState> = this.#changed.event;
  readonly clock: ServerClock;

  constructor(readonly options: SessionOptions) {
    this.clock = options.clock;
  }

  get state(): CredentialState {
    throw new Error('in work');
  }

  fetch(options: { signal?: AbortSignal; asked?: boolean } = {}): Promise<Credential> {
    return Promise.reject(new Error(`in work ${options.asked ?? ''}`));
  }

  current(signal?: AbortSignal): Promise<Credential> {
    return this.fetch(signal ? { signal } : {});
  }

  async use<T>(action: (credential: Credential) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return action(await this.current(signal));
  }

  reset(): void {
    throw new Error('in work');
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
