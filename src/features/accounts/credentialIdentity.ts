import type { Credential } from '../../core/alibaba/edas/credential';
import type { CredentialSession } from '../../core/credential/session';
import type { Account } from '../../common/account';
import type { AccountStore } from './store';

/** A string that changes with everything that determines the credential: keys, region, endpoint. */
export function credentialIdentity(account: Account | undefined): string {
  const { id, regionId, endpoint, keySource, keysSetAt } = account ?? {};
  return JSON.stringify([id, regionId, endpoint, keySource, keysSetAt]);
}

/**
 * Saves an account for which EDAS has just issued a credential. The session adopts it during the change event, before
 * other listeners fetch another one.
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
