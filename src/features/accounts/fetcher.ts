import type { AccessKeys, Credential } from '../../core/alibaba/edas/credential';
import type { EdasClient } from '../../core/alibaba/edas/client';
import type { EdasRequest } from '../../core/alibaba/edas/edasApi';
import { edasHost } from '../../core/alibaba/regions';
import { CodedError } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { AccountKeys } from './accountKeys';
import type { AccountStore } from './store';

/** Where EDAS is asked for an account: its own endpoint, else the setting's, else the region's. */
export type AskedPlace = Pick<Account, 'regionId' | 'endpoint'>;

/** Fetches the credential of the account that is signed in: the session's way to EDAS. */
export class CredentialFetcher {
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

  /** The keys of an account as they are now, and where EDAS is asked with them. @throws CodedError account.signedOut */
  readonly callerOf = async (accountId: string, signal?: AbortSignal): Promise<EdasRequest> => {
    const account = this.store.find(accountId);
    if (account === undefined) {
      throw new CodedError('account.signedOut');
    }
    const keys = await this.keys.of(account.keySource, signal);
    return { keys, endpoint: this.endpointOf(account) };
  };

  readonly fetch = async (signal: AbortSignal): Promise<Credential> => {
    const account = this.store.current;
    if (account === undefined) {
      throw new CodedError('account.signedOut');
    }
    return this.ask(await this.keys.of(account.keySource, signal), account, signal);
  };
}
