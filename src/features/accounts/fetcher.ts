import type { AccessKeys, Credential } from '../../core/edas/credential';
import type { EdasClient } from '../../core/edas/client';
import { edasHost } from '../../core/edas/regions';
import { CodedError } from '../../core/errors';
import type { Account } from '../../kit/account';
import type { AccountKeys } from './accountKeys';
import type { AccountStore } from './store';

/** Where EDAS is asked for an account: its own endpoint, else the setting's, else the region's. */
export type AskedPlace = Pick<Account, 'regionId' | 'endpoint'>;

/** Fetches the credential of the account that is signed in: the session's way to EDAS. */
export class CredentialFetcher {
  #proof: { readonly accountId: string; readonly credential: Credential } | undefined;

  constructor(
    private readonly store: AccountStore,
    private readonly keys: AccountKeys,
    private readonly edas: Pick<EdasClient, 'getPackageStorageCredential'>,
    /** Of the setting; undefined when it is empty. */
    private readonly endpointSetting: () => string | undefined,
  ) {}

  /** @throws CodedError region.unknown */
  endpointOf({ endpoint, regionId }: AskedPlace): string {
    return endpoint ?? this.endpointSetting() ?? `https://${edasHost(regionId)}`;
  }

  /** Asks EDAS with keys that may not be kept yet. */
  async ask(keys: AccessKeys, place: AskedPlace, signal: AbortSignal): Promise<Credential> {
    const endpoint = this.endpointOf(place);
    return this.edas.getPackageStorageCredential({ keys, endpoint }, signal);
  }

  /** What EDAS has just answered for an account is as good as its next answer, so the next fetch takes that. */
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
      : this.ask(await this.keys.of(account.keySource, signal), account, signal);
  };
}
