import type { Credential } from '../../core/alibaba/edas/credential';
import type { CredentialSession } from '../../core/credential/session';
import type { Account } from '../../common/account';
import type { AccountStore } from './store';

/** Changes with whatever decides which credential an account gets: its keys, its region, its endpoint. */
export function credentialIdentity(account: Account | undefined): string {
  const { id, regionId, endpoint, keySource, keysSetAt } = account ?? {};
  return JSON.stringify([id, regionId, endpoint, keySource, keysSetAt]);
}

/**
 * Saves an account for which EDAS has just issued a credential. The session gets that with the change itself, before
 * anybody who is notified of the change fetches another one.
 * @param account as it will be saved
 */
export async function saveWithCredential<T>(
  { store, session }: { store: AccountStore; session: CredentialSession },
  account: Account,
  credential: Credential,
  save: () => Promise<T>,
): Promise<T> {
  const identity = credentialIdentity(account);
  const listener = store.onDidChange((current) => {
    if (credentialIdentity(current) === identity) {
      session.adopt(credential);
    }
  });
  try {
    return await save();
  } finally {
    listener.dispose();
  }
}
