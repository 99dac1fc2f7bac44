import { homedir } from 'node:os';
import type { AccessKeys } from '../../core/edas/credential';
import type { KeyOffer } from '../../core/keys/list';
import type { KeySource, KeySurroundings } from '../../core/keys/source';
import type { StsClient } from '../../core/sts/client';
import type { AccountStore } from './store';

/** Where keys may come from on this machine, and what they are just now. The readers load at their first use. */
export class AccountKeys {
  constructor(
    private readonly store: Pick<AccountStore, 'keptKeys'>,
    private readonly sts: Pick<StsClient, 'assumeRole'>,
    private readonly surroundings: () => KeySurroundings = () => ({
      home: homedir(),
      env: process.env,
    }),
  ) {}

  /** Reads files and the environment, asks no server. */
  async offer(signal?: AbortSignal): Promise<KeyOffer> {
    const { listKeySources } = await import('../../core/keys/list');
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
    const { resolveKeys } = await import('../../core/keys/resolve');
    return resolveKeys(
      source,
      { ...this.surroundings(), readKept: (id) => this.store.keptKeys(id), sts: this.sts },
      signal,
    );
  }
}
