import type { TestAuthority } from './network/authority';
import type { SlowLinkOptions } from './network/slowLink';
import type { EdasOperation, OssOperation } from './server/operations';

/** A pair that may ask EDAS (or, with a token, an STS caller). */
export interface SandboxKey {
  readonly id: string;
  readonly secret: string;
  /** STS callers must send it. */
  readonly securityToken?: string;
  /** Of an STS caller's token, ms since 1970. Default: never. */
  readonly expiresAt?: number;
  /** Default `active`; a disabled key is refused as InvalidAccessKeyId.Inactive. */
  readonly state?: 'active' | 'disabled';
  /** False: RAM refuses `edas:GetPackageStorageCredential` to this key. */
  readonly permitted?: boolean;
  /** Package prefix of the account; default the sandbox's. */
  readonly keyPrefix?: string;
}

/**
 * What becomes of bodies. `disk`: stored, MD5 and CRC-64 computed. `discard`: not stored, only CRC-64 computed.
 * `sink`: neither; answers carry no CRC-64 (the cheapest, for benchmarks).
 */
export type StoreMode = 'disk' | 'discard' | 'sink';

export interface SandboxOptions {
  /** Any loopback address; default 127.0.0.1. */
  readonly host?: string;
  /** https with a certificate of this authority; `true` makes an authority of its own. Default: http. */
  readonly tls?: boolean | TestAuthority;
  /**
   * OSS endpoints in the credential: `loopback` (default) is this machine, path style; `real-names` are
   * `oss-cn-hangzhou.aliyuncs.com` and so on, which only lead here through the proxy.
   */
  readonly endpoints?: 'loopback' | 'real-names';
  /** A CONNECT proxy that leads the real names here; `login` makes it ask for one. Default: none. */
  readonly proxy?:
    | boolean
    | { readonly login: { readonly user: string; readonly password: string } };
  /** Puts a slow link before OSS; the credential's endpoints lead through it. */
  readonly slowLink?: Pick<SlowLinkOptions, 'roundTripMs' | 'bitsPerSecond' | 'windowBytes'>;
  /** An http endpoint at which other processes steer and read this sandbox (control.ts). Default: none. */
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
  /** Life of the credentials that are given out from now on, seconds. */
  credentialSeconds: number;
  /** Every answer is so late, ms. */
  latencyMs: number;
  /** EDAS calls that RAM does not allow. */
  deniedCalls: ReadonlySet<EdasOperation>;
  /** Keys of objects that EDAS and the instances may not read. */
  unreadable: ReadonlySet<string>;
  /** OSS operations that the token's policy does not allow. */
  denied: ReadonlySet<OssOperation>;
  /** False: objects made of parts have no CRC-64, at CompleteMultipartUpload and later. */
  crc64OfMultipart: boolean;
  /** Of every part but the last, bytes; OSS has 102,400. Less makes tests of many parts fast. */
  minPartBytes: number;
  /** Copies of parts take so long, ms. */
  copyMs: number;
  /** Keys of objects that are archived: neither read nor copied. */
  archived: ReadonlySet<string>;
  /** The bucket keeps versions: an upload always makes a new one, whatever it forbids. */
  versioned: boolean;
  /** The region is not offered: EDAS knows no such product here. */
  regionOffered: boolean;
  /** Changes the body of a successful EDAS answer before it goes out: fields missing, ill-formed, other codes. */
  edasAnswer: ((body: Record<string, unknown>) => unknown) | undefined;
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
