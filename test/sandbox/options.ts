import type { TestAuthority } from './network/authority';
import type { SlowLinkOptions } from './network/slowLink';
import type { EdasOperation, OssOperation } from './server/operations';

/** An AccessKey pair that EDAS knows or, with a token, the keys of an STS caller. */
export interface SandboxKey {
  readonly id: string;
  readonly secret: string;
  /** STS callers must send it. */
  readonly securityToken?: string;
  /** When an STS caller's token expires, ms since 1970. Default: never. */
  readonly expiresAt?: number;
  /** Default `active`; a disabled key is rejected with InvalidAccessKeyId.Inactive. */
  readonly state?: 'active' | 'disabled';
  /** False: RAM denies `edas:GetPackageStorageCredential` to this key. */
  readonly permitted?: boolean;
  /** Package prefix of the account; default the sandbox's. */
  readonly keyPrefix?: string;
}

/**
 * How bodies are handled. `disk`: stored, MD5 and CRC-64 computed. `discard`: not stored, only CRC-64 computed.
 * `sink`: neither; responses have no CRC-64 (the cheapest, for benchmarks).
 */
export type StoreMode = 'disk' | 'discard' | 'sink';

export interface SandboxOptions {
  /** Any loopback address; default 127.0.0.1. */
  readonly host?: string;
  /** https with a certificate of this authority; `true` creates a new authority. Default: http. */
  readonly tls?: boolean | TestAuthority;
  /**
   * OSS endpoints in the credential: `loopback` (default) is this machine, path style; `real-names` are
   * `oss-cn-hangzhou.aliyuncs.com` and so on, which only reach the sandbox through the proxy.
   */
  readonly endpoints?: 'loopback' | 'real-names';
  /** A CONNECT proxy that routes the real names to the sandbox; with `login` it requires a login. Default: none. */
  readonly proxy?:
    | boolean
    | { readonly login: { readonly user: string; readonly password: string } };
  /** Puts a slow link before OSS; the credential's endpoints are those of the link. */
  readonly slowLink?: Pick<SlowLinkOptions, 'roundTripMs' | 'bitsPerSecond' | 'windowBytes'>;
  /** An http endpoint at which other processes control and inspect this sandbox (control/). Default: none. */
  readonly control?: boolean;
  readonly keys?: readonly SandboxKey[];
  readonly region?: string;
  readonly bucket?: string;
  readonly keyPrefix?: string;
  /** Where bodies are stored; default a temporary folder that `stop()` removes. */
  readonly folder?: string;
  /** Default `disk`. */
  readonly store?: StoreMode;
  readonly settings?: Partial<SandboxSettings>;
}

/** What may be changed while the sandbox runs. */
export interface SandboxSettings {
  /** Duration of the credentials that are issued from now on, seconds. */
  credentialSeconds: number;
  /** Delay of every response, ms. */
  latencyMs: number;
  /** EDAS calls that RAM does not allow. */
  deniedCalls: ReadonlySet<EdasOperation>;
  /** Keys of objects that EDAS and the instances may not read. */
  unreadable: ReadonlySet<string>;
  /** OSS operations that the token's policy does not allow. */
  denied: ReadonlySet<OssOperation>;
  /** False: objects made of parts have no CRC-64, at CompleteMultipartUpload and later. */
  crc64OfMultipart: boolean;
  /** Minimum size of every part but the last, bytes; OSS has 102,400. Less makes tests of many parts fast. */
  minPartBytes: number;
  /** How long the copy of a part takes, ms. */
  copyMs: number;
  /** Keys of objects that are archived: neither read nor copied. */
  archived: ReadonlySet<string>;
  /** The bucket has versioning: every upload creates a version, even if it forbids overwriting. */
  versioned: boolean;
  /** The region is not offered: EDAS knows no such product here. */
  regionOffered: boolean;
  /** Changes the body of a successful EDAS response before it is sent: missing or invalid fields, other codes. */
  edasResponse: ((body: Record<string, unknown>) => unknown) | undefined;
}

export const defaultKeys: readonly SandboxKey[] = [
  { id: 'LTAI5tSandboxKey0001', secret: 'SandboxSecretNotForRealUse0001' },
  {
    id: 'LTAI5tSandboxKey0002',
    secret: 'SandboxSecretNotForRealUse0002',
    keyPrefix: 'release-pkg/117274586609',
  },
  {
    id: 'LTAI5tSandboxDisabled',
    secret: 'SandboxSecretNotForRealUse0003',
    state: 'disabled',
  },
  {
    id: 'LTAI5tSandboxNoPermit',
    secret: 'SandboxSecretNotForRealUse0004',
    permitted: false,
  },
  {
    id: 'STS.NSandboxCaller0001',
    secret: 'SandboxSecretNotForRealUse0005',
    securityToken: 'CAISsandbox+caller/token0001==',
  },
];
