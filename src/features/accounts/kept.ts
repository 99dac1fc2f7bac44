import type { AccessKeys } from '../../core/edas/credential';
import { Secret } from '../../core/secret';
import type { Account } from '../../kit/account';

/** The accounts as the extension's state keeps them: without keys. */
export interface AccountList {
  readonly accounts: readonly Account[];
  readonly current?: string;
}

/** What the state holds, or an empty list when it is of another version or not ours. */
export function listOf(value: unknown): AccountList {
  if (!isRecord(value) || value.version !== 1 || !Array.isArray(value.accounts)) {
    return { accounts: [] };
  }
  const accounts = value.accounts.filter(isAccount);
  const { current } = value;
  return {
    accounts,
    ...(typeof current === 'string' && accounts.some(({ id }) => id === current) && { current }),
  };
}

/** The text that SecretStorage keeps for one account. It holds the account too, so that another window can read it. */
export function textOf(account: Account, keys: AccessKeys): string {
  return JSON.stringify({
    version: 1,
    account,
    accessKeyId: keys.accessKeyId,
    accessKeySecret: keys.accessKeySecret.reveal(),
    ...(keys.securityToken && { securityToken: keys.securityToken.reveal() }),
  });
}

export function keysOf(text: string | undefined): AccessKeys | undefined {
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

export function accountOf(text: string | undefined): Account | undefined {
  const { account } = parse(text);
  return isAccount(account) ? account : undefined;
}

/** Never throws: an error of JSON.parse would quote the text. */
function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) && value.version === 1 ? value : {};
  } catch {
    return {};
  }
}

function isAccount(value: unknown): value is Account {
  return (
    isRecord(value) &&
    isText(value.id) &&
    isText(value.name) &&
    isText(value.regionId) &&
    isText(value.keyHint)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
