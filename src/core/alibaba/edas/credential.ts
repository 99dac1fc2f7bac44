import type { KnownSecrets } from '../../util/redact';

/** The keys that sign requests to EDAS: an AccessKey pair, or an STS triple, which has the token. */
export type AccessKeys = KnownSecrets;

/** Which of the credential's OSS endpoints is used. */
export type Network = 'public' | 'vpc' | 'internal';

/** The validated response of EDAS's `GetPackageStorageCredential`. Held in memory only. */
export interface Credential extends Required<AccessKeys> {
  /** Server's time, ms since 1970. */
  readonly expiresAt: number;
  /** Server's time of the response, ms since 1970. It is valid for `expiresAt - fetchedAt`. */
  readonly fetchedAt: number;
  readonly bucket: string;
  /** Every object key that we write is `<keyPrefix>/<name>`. Neither starts nor ends with a slash. */
  readonly keyPrefix: string;
  readonly regionId: string;
  /** OSS endpoints as `https://host` or, for loopback only, `http://host:port`; no path. */
  readonly endpoints: Readonly<Record<Network, string>>;
  readonly requestId: string;
}
