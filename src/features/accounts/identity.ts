import type { Account } from '../../common/account';

/** Equal as long as the same keys ask the same place: what another asked is not what this one holds. */
export function credentialIdentity(account: Account | undefined): string {
  const { id, regionId, endpoint, keySource, keysSetAt } = account ?? {};
  return JSON.stringify([id, regionId, endpoint, keySource, keysSetAt]);
}
