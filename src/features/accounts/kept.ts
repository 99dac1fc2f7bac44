import type { AccessKeys } from '../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import { parseKeySource } from '../../core/alibaba/keySources/keySource';
import { Secret } from '../../core/util/secret';
import type { Account } from '../../common/account';
import { isNetwork } from '../../common/settings/network';

/** The accounts as the extension's state keeps them: without keys. */
export interface AccountList {
  readonly accounts: readonly Account[];
  /** Id of the account of windows that have chosen none. */
  readonly standard?: string;
}

const version = 1;

/** What the state holds, or an empty list when it is of another version or not ours. */
export function parseAccounts(value: unknown): AccountList {
  if (!isRecord(value) || value.version !== version || !Array.isArray(value.accounts)) {
    return { accounts: [] };
  }
  const accounts = value.accounts.map(readAccount).filter((account) => account !== undefined);
  const { standard } = value;
  return { accounts, ...(isText(standard) && { standard }) };
}

export function serializeAccounts(list: AccountList): unknown {
  return { version, ...list };
}

/**
 * The text that SecretStorage keeps for one account. It holds the account too, so that another window can read it.
 * @param keys only those that are kept, not followed
 */
export function serializeSecret(account: Account, keys: AccessKeys | undefined): string {
  return JSON.stringify({
    version,
    account,
    ...(keys && {
      accessKeyId: keys.accessKeyId,
      accessKeySecret: keys.accessKeySecret.reveal(),
      ...(keys.securityToken && { securityToken: keys.securityToken.reveal() }),
    }),
  });
}

export function parseKeys(text: string | undefined): AccessKeys | undefined {
  const kept = parse(text);
  if (!isText(kept.accessKeyId) || !isText(kept.accessKeySecret)) {
    return undefined;
  }
  return {
    accessKeyId: kept.accessKeyId,
    accessKeySecret: new Secret(kept.accessKeySecret),
    ...(isText(kept.securityToken) && { securityToken: new Secret(kept.securityToken) }),
  };
}

export function parseAccount(text: string | undefined): Account | undefined {
  return readAccount(parse(text).account);
}

/** Never throws: an error of JSON.parse would quote the text. */
function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) && value.version === version ? value : {};
  } catch {
    return {};
  }
}

/** Field by field, for the state may have been written by anybody. */
function readAccount(value: unknown): Account | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { id, name, regionId, endpoint, network, keyHint, keysSetAt } = value;
  const keySource = parseKeySource(value.keySource);
  if (
    !isText(id) ||
    !isText(name) ||
    !isText(regionId) ||
    !isText(keyHint) ||
    typeof keysSetAt !== 'number' ||
    keySource === undefined ||
    (endpoint !== undefined && !isOrigin(endpoint))
  ) {
    return undefined;
  }
  return {
    ...{ id, name, regionId },
    ...(endpoint !== undefined && { endpoint }),
    ...(isNetwork(network) && { network }),
    ...{ keySource, keyHint, keysSetAt },
  };
}

/** What `parseEndpoint` would make of it is what it is. */
function isOrigin(value: unknown): value is string {
  try {
    return isText(value) && parseEndpoint(value) === value;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
