import type { Disposable } from '../../core/disposable';
import type { Credential } from '../../core/edas/credential';
import type { CredentialSession } from '../../core/session/session';

/** The fetches that this feature asked for, which its Cancel ends. */
export class Fetching implements Disposable {
  #leaving = new AbortController();

  constructor(private readonly session: CredentialSession) {}

  /** @param asked a person asks, and will look at a failure */
  start(asked: boolean): Promise<Credential> {
    return this.session.fetch({ asked, signal: this.#leaving.signal });
  }

  cancel(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  dispose(): void {
    this.#leaving.abort();
  }
}
