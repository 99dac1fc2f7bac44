import type { CredentialStatus } from '../../api';
import { expiryState } from '../../core/credential/expiry';
import { lastCredential, type CredentialState } from '../../core/credential/session';
import type { Account } from '../../common/account';

/** What others may know of the credential: no key of any kind. */
export function statusOf(
  account: Pick<Account, 'regionId'> | undefined,
  state: CredentialState,
  now: number,
): CredentialStatus {
  if (account === undefined) {
    return { state: 'signedOut' };
  }
  const { regionId } = account;
  const credential = lastCredential(state);
  return {
    state: state.kind === 'held' ? expiryState(state.credential, now) : state.kind,
    regionId,
    ...(credential && {
      bucket: credential.bucket,
      keyPrefix: credential.keyPrefix,
      expiresAt: credential.expiresAt,
    }),
  };
}
