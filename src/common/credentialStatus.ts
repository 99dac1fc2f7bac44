import { expiryState } from '../core/credential/expiry';
import { lastCredential, type CredentialState } from '../core/credential/session';
import type { Account } from './account';

/** What others may know of the credential: no key of any kind. `CredentialStatus` of api.ts documents it. */
export interface CredentialFacts {
  readonly state: 'expired' | 'expiring' | 'failed' | 'fetching' | 'none' | 'ready' | 'signedOut';
  readonly regionId?: string;
  readonly bucket?: string;
  readonly keyPrefix?: string;
  /** Server's time, ms since 1970. */
  readonly expiresAt?: number;
}

/** What others may know of the credential: no key of any kind. */
export function statusOf(
  account: Pick<Account, 'regionId'> | undefined,
  state: CredentialState,
  now: number,
): CredentialFacts {
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
