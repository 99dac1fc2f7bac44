import type { Credential } from '../alibaba/edas/credential';

/** How the current credential is shown. */
export type ExpiryState = 'ready' | 'expiring' | 'expired';

const fiveMinutesMs = 5 * 60_000;

function validityMs(credential: Credential): number {
  return Math.max(0, credential.expiresAt - credential.fetchedAt);
}

/** The time from which it is `expiring`: less than 10 % of its validity or less than 5 minutes are left. */
function expiringFrom(credential: Credential): number {
  return credential.expiresAt - Math.max(validityMs(credential) / 10, fiveMinutesMs);
}

/** @param now server's time, ms since 1970. */
export function expiryState(credential: Credential, now: number): ExpiryState {
  if (now >= credential.expiresAt) {
    return 'expired';
  }
  return now > expiringFrom(credential) ? 'expiring' : 'ready';
}

/**
 * The time from which it is renewed: when a fifth of its validity is left, but at most 5 minutes. Server's time, ms since
 * 1970.
 */
export function renewAt(credential: Credential): number {
  return credential.expiresAt - Math.min(validityMs(credential) / 5, fiveMinutesMs);
}

/**
 * Whether an action that needs the credential renews it first.
 * @param now server's time, ms since 1970.
 */
export function needsRenewal(credential: Credential, now: number): boolean {
  return now > renewAt(credential);
}
