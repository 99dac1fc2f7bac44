import type { AccessKeys } from '../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import { parseKeySource } from '../../core/alibaba/keySources/keySource';
import { isRecord, isText } from '../../core/util/shape';
import { Secret } from '../../core/util/secret';
import type { Account } from '../../common/account';
import { isNetwork } from '../../common/settings/network';

/** The accounts as stored in the extension's state, without keys. */
export interface AccountList {
  readonly accounts: readonly Account[];
  /** Id of the account for windows in which none was selected. */
  readonly defaultId?: string;
}

const version = 1;

/** Parses the stored state; an empty list when its version or form is unknown. */
export function parseAccounts(value: unknown): AccountList {
  if (!isRecord(value) || value.version !== version || !Array.isArray(value.accounts)) {
    return { accounts: [] };
  }
  const accounts = value.accounts.map(readAccount).filter((account) => account !== undefined);
  const { defaultId } = value;
  return { accounts, defaultId: isText(defaultId) ? defaultId : undefined };
}

export function serializeAccounts(list: AccountList): unknown {
  return { version, ...list };
}

/**
 * The text stored in SecretStorage for one account. It contains the account too, so that other windows can read it.
 * @param keys absent when they are read from their source at each use
 */
export function serializeSecret(account: Account, keys: AccessKeys | undefined): string {
  return JSON.stringify({
    version,
    account,
    accessKeyId: keys?.accessKeyId,
    accessKeySecret: keys?.accessKeySecret.reveal(),
    securityToken: keys?.securityToken?.reveal(),
  });
}

export function parseKeys(text: string | undefined): AccessKeys | undefined {
  const stored = parse(text);
  if (!isText(stored.accessKeyId) || !isText(stored.accessKeySecret)) {
    return undefined;
  }
  return {
    accessKeyId: stored.accessKeyId,
    accessKeySecret: new Secret(stored.accessKeySecret),
    securityToken: isText(stored.securityToken) ? new Secret(stored.securityToken) : undefined,
  };
}

export function parseAccount(text: string | undefined): Account | undefined {
  return readAccount(parse(text).account);
}

/** Never throws, because an error of JSON.parse would quote the text. */
function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) && value.version === version ? value : {};
  } catch {
    return {};
  }
}

/** Validates each field, because anyone may have written the state. */
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
    id,
    name,
    regionId,
    ...(endpoint !== undefined && { endpoint }),
    ...(isNetwork(network) && { network }),
    keySource,
    keyHint,
    keysSetAt,
  };
}

/** Whether the value is a normalised endpoint. */
function isOrigin(value: unknown): value is string {
  try {
    return isText(value) && parseEndpoint(value) === value;
  } catch {
    return false;
  }
}
