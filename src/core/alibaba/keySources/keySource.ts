import type { AccessKeys } from '../edas/credential';
import type { RoleRequest } from '../sts/role';

/**
 * Where an account's keys come from. Holds no secret, so it may be kept in state: keys that stand in a file or in the
 * environment are read again at each use, and a rotated key is picked up.
 */
export type KeySource =
  /** In the encrypted store, under the account's id. */
  | { readonly kind: 'stored'; readonly accountId: string }
  /** A profile of the Alibaba Cloud CLI's `config.json`. */
  | { readonly kind: 'cliProfile'; readonly file: string; readonly profile: string }
  /** A section of the SDKs' `credentials` file. */
  | { readonly kind: 'credentialsFile'; readonly file: string; readonly section: string }
  /** The environment variables that the SDKs read. */
  | { readonly kind: 'environment' };

/** How a source gives keys: those that it holds, then the roles to assume with them, one after the other. */
export interface KeyResolution {
  readonly keys: AccessKeys;
  readonly roles: readonly RoleRequest[];
  /** When temporary keys that the source holds end, ms since 1970. */
  readonly expiresAt?: number;
}

/** What `KeySource`s are found and read with; tests hand in their own. */
export interface KeyEnvironment {
  /** The home folder, `os.homedir()`. */
  readonly home: string;
  /** The environment, `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.platform`. */
  readonly platform: NodeJS.Platform;
}

/** Reads a source out of stored state. @returns undefined when the value is not one. */
export function parseKeySource(value: unknown): KeySource | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { kind, accountId, file, profile, section } = value as Record<string, unknown>;
  if (kind === 'stored' && typeof accountId === 'string') {
    return { kind, accountId };
  }
  if (kind === 'cliProfile' && typeof file === 'string' && typeof profile === 'string') {
    return { kind, file, profile };
  }
  if (kind === 'credentialsFile' && typeof file === 'string' && typeof section === 'string') {
    return { kind, file, section };
  }
  return kind === 'environment' ? { kind } : undefined;
}
