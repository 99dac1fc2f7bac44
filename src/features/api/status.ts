import type { CredentialStatus } from '../../api';
import type { Credential } from '../../core/alibaba/edas/credential';
import { expiryState } from '../../core/credential/expiry';
import type { CredentialState } from '../../core/credential/session';
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
  const credential = lastOf(state);
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

/** The one that is held, or the last good one. */
export function lastOf(state: CredentialState): Credential | undefined {
  switch (state.kind) {
    case 'none':
      return undefined;
    case 'held':
      return state.credential;
    case 'fetching':
    case 'failed':
      return state.last;
  }
}
