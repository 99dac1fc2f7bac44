import type { AccessKeys, Credential } from '../../core/alibaba/edas/credential';
import type { EdasClient } from '../../core/alibaba/edas/client';
import type { LocalClock } from '../../core/util/clock';
import { edasHost } from '../../core/alibaba/regions';
import { CodedError } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { AccountKeys } from './accountKeys';
import { credentialIdentity } from './identity';
import type { AccountStore } from './store';

/** Where EDAS is asked for an account: its own endpoint, else the setting's, else the region's. */
export type AskedPlace = Pick<Account, 'regionId' | 'endpoint'>;

/** What EDAS has just answered for an account. */
interface Proof {
  /** `credentialIdentity` the account. */
  readonly identity: string;
  readonly credential: Credential;
  /** When it was handed in, ms since 1970. */
  readonly at: number;
}

/** An answer that is older is not taken for the next one, ms. A message about the keyring may stand there for hours. */
const proofLifeMs = 30_000;

/** Fetches the credential of the account that is signed in: the session's way to EDAS. */
export class CredentialFetcher {
  #proof: Proof | undefined;

  constructor(
    private readonly store: AccountStore,
    private readonly keys: AccountKeys,
    private readonly edas: Pick<EdasClient, 'getPackageStorageCredential'>,
    /** Of the setting; undefined when it is empty. */
    private readonly endpointSetting: () => string | undefined,
    private readonly now: LocalClock = Date.now,
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

  /**
   * What EDAS has just answered for an account is as good as its next answer, so a fetch for the same keys and place
   * takes that while the account is being kept; then it is forgotten, whatever came of it.
   * @param account as it will be when it is kept
   */
  async withProof<T>(
    account: Account,
    credential: Credential,
    keeping: () => Promise<T>,
  ): Promise<T> {
    const proof: Proof = { identity: credentialIdentity(account), credential, at: this.now() };
    this.#proof = proof;
    try {
      return await keeping();
    } finally {
      if (this.#proof === proof) {
        this.#proof = undefined;
      }
    }
  }

  readonly fetch = async (signal: AbortSignal): Promise<Credential> => {
    const account = this.store.current;
    if (account === undefined) {
      throw new CodedError('account.signedOut');
    }
    const proven = this.#takeProof(account);
    return proven ?? this.ask(await this.keys.of(account.keySource, signal), account, signal);
  };

  /** Good for one fetch. */
  #takeProof(account: Account): Credential | undefined {
    const proof = this.#proof;
    if (proof?.identity !== credentialIdentity(account)) {
      return undefined;
    }
    this.#proof = undefined;
    const ageMs = this.now() - proof.at;
    return ageMs >= 0 && ageMs < proofLifeMs ? proof.credential : undefined;
  }
}
