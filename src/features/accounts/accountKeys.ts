import { homedir } from 'node:os';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { DiscoveredKey } from '../../core/alibaba/keySources/discover';
import type { KeySource, KeyEnvironment } from '../../core/alibaba/keySources/keySource';
import type { StsClient } from '../../core/alibaba/sts/client';
import type { AccountStore } from './store';

/** Where keys may come from on this machine, and what they are just now. The readers load at their first use. */
export class AccountKeys {
  constructor(
    private readonly store: Pick<AccountStore, 'keptKeys'>,
    private readonly sts: Pick<StsClient, 'assumeRole'>,
    private readonly surroundings: () => KeyEnvironment = () => ({
      home: homedir(),
      env: process.env,
      platform: process.platform,
    }),
  ) {}

  /** Reads files and the environment, asks no server. */
  async offer(signal?: AbortSignal): Promise<DiscoveredKey> {
    const { discoverKeys: listKeySources } = await import('../../core/alibaba/keySources/discover');
    return listKeySources(this.surroundings(), signal);
  }

  /**
   * The keys that a source gives at this moment.
   * @throws CodedError keys.*, account.keysGone; sts.*, edas.* and network.* when a role is assumed
   */
  async of(source: KeySource, signal?: AbortSignal): Promise<AccessKeys> {
    if (source.kind === 'kept') {
      return this.store.keptKeys(source.accountId);
    }
    const { resolveKeys } = await import('../../core/alibaba/keySources/resolve');
    return resolveKeys(
      source,
      { ...this.surroundings(), readKept: (id) => this.store.keptKeys(id), sts: this.sts },
      signal,
    );
  }
}
