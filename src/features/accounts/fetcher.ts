import type { AccessKeys, Credential } from '../../core/alibaba/edas/credential';
import type { EdasApi, EdasCaller } from '../../core/alibaba/edas/edasApi';
import { edasHost } from '../../core/alibaba/regions';
import { signedInAccount, type Account } from '../../common/account';
import type { AccountKeys } from './accountKeys';
import type { AccountStore } from './store';

/** What determines the EDAS endpoint: the account's own, else the setting's, else the region's. */
export type EdasLocation = Pick<Account, 'regionId' | 'endpoint'>;

/** Fetches credentials from EDAS, for the session with the keys of the current account. */
export class CredentialFetcher {
  constructor(
    private readonly store: AccountStore,
    private readonly keys: AccountKeys,
    private readonly edas: Pick<EdasApi, 'getPackageStorageCredential'>,
    /** The endpoint from the settings; undefined when it is empty. */
    private readonly endpointSetting: () => string | undefined,
  ) {}

  /** @throws CodedError region.unknown */
  endpointOf({ endpoint, regionId }: EdasLocation): string {
    return endpoint ?? this.endpointSetting() ?? `https://${edasHost(regionId)}`;
  }

  /** Fetches a credential with given keys, which need not be saved. */
  async fetchWith(
    keys: AccessKeys,
    location: EdasLocation,
    signal: AbortSignal,
  ): Promise<Credential> {
    const endpoint = this.endpointOf(location);
    return this.edas.getPackageStorageCredential({ keys, endpoint }, signal);
  }

  /** The keys of an account as they are now, and the EDAS endpoint for them. @throws CodedError account.signedOut */
  readonly callerOf = async (accountId: string, signal?: AbortSignal): Promise<EdasCaller> => {
    const account = signedInAccount({ current: this.store.find(accountId) });
    const keys = await this.keys.of(account.keySource, signal);
    return { keys, endpoint: this.endpointOf(account) };
  };

  readonly fetch = async (signal: AbortSignal): Promise<Credential> => {
    const account = signedInAccount(this.store);
    return this.fetchWith(await this.keys.of(account.keySource, signal), account, signal);
  };
}
