import type { Credential } from '../../core/alibaba/edas/credential';

/** How long a signed URL is wanted to live. */
export type UrlLifetime = '1h' | '15min' | 'credential';

export const urlLifetimes: readonly UrlLifetime[] = ['15min', '1h', 'credential'];

const wantedMs: Readonly<Record<UrlLifetime, number>> = {
  '15min': 15 * 60_000,
  '1h': 60 * 60_000,
  credential: 0,
};

/** A new credential is not fetched for the sake of less than this, ms. */
const worthwhileMs = 60_000;
/** OSS takes no longer life than a week, seconds. */
const mostSeconds = 604_800;

/** Whether the credential ends so much earlier than the URL that a new one is worth its request. */
export function needsFreshCredential(
  lifetime: UrlLifetime,
  { expiresAt }: Credential,
  now: number,
): boolean {
  return expiresAt - now < Math.max(wantedMs[lifetime] - worthwhileMs, 1);
}

export interface UrlExpiry {
  /** 1 to 604,800. */
  readonly seconds: number;
  /** ms since 1970. */
  readonly endsAt: number;
  /** The URL ends with the credential, sooner than wanted or just as wanted. */
  readonly withCredential: boolean;
}

/**
 * When a signed URL of the credential ends: no later than the credential itself.
 * @param now server's time, ms since 1970
 */
export function urlExpiry(
  lifetime: UrlLifetime,
  { expiresAt }: Credential,
  now: number,
): UrlExpiry {
  const left = Math.floor((expiresAt - now) / 1000);
  const wanted = lifetime === 'credential' ? left : wantedMs[lifetime] / 1000;
  const seconds = Math.min(Math.max(1, Math.min(wanted, left)), mostSeconds);
  const withCredential = seconds === left;
  return { seconds, endsAt: withCredential ? expiresAt : now + seconds * 1000, withCredential };
}
