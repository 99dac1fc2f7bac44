import type { Credential } from '../../core/alibaba/edas/credential';

/** The requested lifetime of a signed URL; `credential`: until the credential expires. */
export type UrlLifetime = '1h' | '15min' | 'credential';

export const urlLifetimes: readonly UrlLifetime[] = ['15min', '1h', 'credential'];

const requestedMs: Readonly<Record<UrlLifetime, number>> = {
  '15min': 15 * 60_000,
  '1h': 60 * 60_000,
  credential: 0,
};

/** A new credential is fetched only if it prolongs the lifetime by more than this, ms. */
const worthwhileMs = 60_000;
/** OSS allows at most a week, seconds. */
const mostSeconds = 604_800;

/** Whether the credential expires so early that a new one should be fetched for the URL. */
export function needsFreshCredential(
  lifetime: UrlLifetime,
  { expiresAt }: Credential,
  now: number,
): boolean {
  return expiresAt - now < Math.max(requestedMs[lifetime] - worthwhileMs, 1);
}

export interface UrlExpiry {
  /** 1 to 604,800. */
  readonly seconds: number;
  /** ms since 1970. */
  readonly endsAt: number;
  /** The URL expires with the credential. */
  readonly withCredential: boolean;
}

/**
 * When a signed URL expires: no later than the credential.
 * @param now server's time, ms since 1970
 */
export function urlExpiry(
  lifetime: UrlLifetime,
  { expiresAt }: Credential,
  now: number,
): UrlExpiry {
  const left = Math.floor((expiresAt - now) / 1000);
  const wanted = lifetime === 'credential' ? left : requestedMs[lifetime] / 1000;
  const seconds = Math.min(Math.max(1, Math.min(wanted, left)), mostSeconds);
  const withCredential = seconds === left;
  return { seconds, endsAt: withCredential ? expiresAt : now + seconds * 1000, withCredential };
}
