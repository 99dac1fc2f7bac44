import { ServerClock } from '../../../../src/core/util/clock';
import type { Credential } from '../../../../src/core/alibaba/edas/credential';
import { CredentialSession, type CredentialState } from '../../../../src/core/credential/session';
import { credential, now } from '../../support/credential';

/** A running fetch, which a test resolves or rejects. */
interface PendingFetch {
  readonly signal: AbortSignal;
  resolve(credential: Credential): void;
  reject(error: unknown): void;
}

/** A session whose fetches a test resolves or rejects, at a time that the test sets. */
export class SessionFixture {
  /** ms since 1970. */
  time = now;
  readonly fetches: PendingFetch[] = [];
  readonly states: CredentialState[] = [];
  readonly session: CredentialSession;

  constructor() {
    this.session = new CredentialSession({
      fetch: (signal) =>
        new Promise((resolve, reject: (error: unknown) => void) => {
          this.fetches.push({ signal, resolve, reject });
        }),
      clock: new ServerClock(() => this.time),
    });
    this.session.onDidChange((state) => this.states.push(state));
  }

  /** A credential that is valid for an hour from now on. */
  createCredential(requestId: string): Credential {
    return credential({ requestId, fetchedAt: this.time, expiresAt: this.time + 3_600_000 });
  }

  /** Fetches a new credential, so that it is the current one of the session. */
  async fetchCredential(requestId = 'held'): Promise<Credential> {
    const fetched = this.session.fetch();
    this.lastFetch.resolve(this.createCredential(requestId));
    return fetched;
  }

  get lastFetch(): PendingFetch {
    return this.fetches.at(-1)!;
  }

  get kinds(): string[] {
    return this.states.map(({ kind }) => kind);
  }
}

/** Waits until all pending microtasks have run. */
export function flushMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
