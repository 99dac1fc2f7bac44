import type { AccessKeys } from '../edas/credential';
import type { RoleRequest } from '../sts/role';
import { readCliConfig } from './cliConfig';
import { resolveCliProfile } from './cliProfile';
import { resolveCredentialsFile, readCredentialsFile } from './credentialsFile';
import { resolveEnvironment } from './environment';
import type { KeyResolution, KeySource, KeyEnvironment } from './keySource';

export interface KeyDependencies extends KeyEnvironment {
  /** Reads an account's keys from VS Code's secret storage; rejects when there are none. */
  readStored(accountId: string, signal?: AbortSignal): Promise<AccessKeys>;
  /** As `StsClient.assumeRole`. */
  readonly sts: {
    assumeRole(keys: AccessKeys, role: RoleRequest, signal?: AbortSignal): Promise<AccessKeys>;
  };
}

/**
 * The current keys of a source: files and the environment are read at each call, and roles are assumed at each call.
 * @throws CodedError keys.* for problems of the source; sts.*, edas.* and network.* from STS
 */
export async function resolveKeys(
  source: KeySource,
  dependencies: KeyDependencies,
  signal?: AbortSignal,
): Promise<AccessKeys> {
  if (source.kind === 'stored') {
    return dependencies.readStored(source.accountId, signal);
  }
  const { keys: ownKeys, roles } = await readSource(source, dependencies, signal);
  let keys = ownKeys;
  for (const role of roles) {
    keys = await dependencies.sts.assumeRole(keys, role, signal);
  }
  return keys;
}

async function readSource(
  source: Exclude<KeySource, { kind: 'stored' }>,
  environment: KeyEnvironment,
  signal?: AbortSignal,
): Promise<KeyResolution> {
  if (source.kind === 'environment') {
    return resolveEnvironment(environment);
  }
  const { file } = source;
  return source.kind === 'cliProfile'
    ? resolveCliProfile(await readCliConfig(file, signal), file, source.profile)
    : resolveCredentialsFile(await readCredentialsFile(file, signal), file, source.section);
}
