import { ServerClock } from '../../../../src/core/util/clock';
import type { Credential } from '../../../../src/core/alibaba/edas/credential';
import { CredentialSession, type CredentialState } from '../../../../src/core/credential/session';
import { credential, now } from '../../support/credential';

interface Flight {
  readonly signal: AbortSignal;
  resolve(credential: Credential): void;
  reject(error: unknown): void;
}

/** A session whose fetches a test lands or crashes by hand, at a time that the test sets. */
export class SessionFixture {
  /** ms since 1970. */
  time = now;
  readonly flights: Flight[] = [];
  readonly states: CredentialState[] = [];
  readonly session: CredentialSession;

  constructor() {
    this.session = new CredentialSession({
      fetch: (signal) =>
        new Promise((land, crash: (error: unknown) => void) => {
          this.flights.push({ signal, resolve: land, reject: crash });
        }),
      clock: new ServerClock(() => this.time),
    });
    this.session.onDidChange((state) => this.states.push(state));
  }

  /** A credential of an hour from now on. */
  fresh(requestId: string): Credential {
    return credential({ requestId, fetchedAt: this.time, expiresAt: this.time + 3_600_000 });
  }

  /** Makes the session hold a fresh credential. */
  async hold(requestId = 'held'): Promise<Credential> {
    const fetched = this.session.fetch();
    this.last.resolve(this.fresh(requestId));
    return fetched;
  }

  get last(): Flight {
    return this.flights.at(-1)!;
  }

  get kinds(): string[] {
    return this.states.map(({ kind }) => kind);
  }
}

/** Lets all that is ready to run do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
