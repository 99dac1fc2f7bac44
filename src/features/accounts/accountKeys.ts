import { homedir } from 'node:os';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { KeyDiscovery } from '../../core/alibaba/keySources/discover';
import type { KeySource, KeyEnvironment } from '../../core/alibaba/keySources/keySource';
import type { StsClient } from '../../core/alibaba/sts/client';
import type { AccountStore } from './store';

/** Finds and reads keys on this computer. The readers load at first use. */
export class AccountKeys {
  constructor(
    private readonly store: Pick<AccountStore, 'storedKeys'>,
    private readonly sts: Pick<StsClient, 'assumeRole'>,
    private readonly environment: () => KeyEnvironment = () => ({
      home: homedir(),
      env: process.env,
      platform: process.platform,
    }),
  ) {}

  /** Reads files and environment variables; sends no request. */
  async discovered(signal?: AbortSignal): Promise<KeyDiscovery> {
    const { discoverKeys } = await import('../../core/alibaba/keySources/discover');
    return discoverKeys(this.environment(), signal);
  }

  /**
   * Reads the current keys of a source.
   * @throws CodedError keys.*, account.keysGone; sts.*, edas.* and network.* when a role is assumed
   */
  async of(source: KeySource, signal?: AbortSignal): Promise<AccessKeys> {
    if (source.kind === 'stored') {
      return this.store.storedKeys(source.accountId);
    }
    const { resolveKeys } = await import('../../core/alibaba/keySources/resolve');
    return resolveKeys(
      source,
      { ...this.environment(), readStored: (id) => this.store.storedKeys(id), sts: this.sts },
      signal,
    );
  }
}
