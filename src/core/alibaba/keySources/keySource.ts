import type { AccessKeys } from '../edas/credential';
import type { RoleRequest } from '../sts/role';
import { isRecord, isString } from '../../util/shape';

/**
 * Where an account's keys come from. Contains no secret, so it may be stored in the state: keys in a file or in the
 * environment are read at each use, so a rotated key is picked up.
 */
export type KeySource =
  /** In VS Code's secret storage, by the account's id. */
  | { readonly kind: 'stored'; readonly accountId: string }
  /** A profile of the Alibaba Cloud CLI's `config.json`. */
  | { readonly kind: 'cliProfile'; readonly file: string; readonly profile: string }
  /** A section of the SDKs' `credentials` file. */
  | { readonly kind: 'credentialsFile'; readonly file: string; readonly section: string }
  /** The environment variables that the SDKs read. */
  | { readonly kind: 'environment' };

/** How to get the keys of a source: the keys in it, then the roles to assume with them, in order. */
export interface KeyResolution {
  readonly keys: AccessKeys;
  readonly roles: readonly RoleRequest[];
  /** When temporary keys in the source expire, ms since 1970. */
  readonly expiresAt?: number;
}

/** The environment in which key sources are found and read; tests pass their own. */
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
  const { kind, accountId, file, profile, section } = isRecord(value) ? value : {};
  if (kind === 'stored' && isString(accountId)) {
    return { kind, accountId };
  }
  if (kind === 'cliProfile' && isString(file) && isString(profile)) {
    return { kind, file, profile };
  }
  if (kind === 'credentialsFile' && isString(file) && isString(section)) {
    return { kind, file, section };
  }
  return kind === 'environment' ? { kind } : undefined;
}

/** The first of these environment variables that is set and not empty. */
export function firstDefined(
  env: KeyEnvironment['env'],
  names: readonly string[],
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') {
      return { name, value };
    }
  }
  return undefined;
}
