import type { AccessKeys, Credential } from '../../core/edas/credential';
import type { EdasClient } from '../../core/edas/client';
import { edasHost } from '../../core/edas/regions';
import { CodedError } from '../../core/errors';
import { endpointSetting } from '../../kit/settings';
import type { AccountStore } from './store';

/** Fetches the credential of the account that is signed in: the session's way to EDAS. */
export class CredentialFetcher {
  #proof: { readonly accountId: string; readonly credential: Credential } | undefined;

  constructor(
    private readonly store: AccountStore,
    private readonly edas: EdasClient,
  ) {}

  /** Asks EDAS with keys that may not be kept yet. */
  async ask(keys: AccessKeys, regionId: string, signal: AbortSignal): Promise<Credential> {
    const endpoint = endpointSetting() ?? `https://${edasHost(regionId)}`;
    return this.edas.getPackageStorageCredential({ keys, endpoint }, signal);
  }

  /** What EDAS answered at sign-in is as good as its next answer, so the next fetch takes that. */
  takeAsProof(accountId: string, credential: Credential): void {
    this.#proof = { accountId, credential };
  }

  readonly fetch = async (signal: AbortSignal): Promise<Credential> => {
    const account = this.store.current;
    if (account === undefined) {
      throw new CodedError('account.signedOut');
    }
    const proof = this.#proof;
    this.#proof = undefined;
    return proof?.accountId === account.id
      ? proof.credential
      : this.ask(await this.store.keys(), account.regionId, signal);
  };
}
