import type { CodedError } from '../../errors/catalogue';

/** What an administrator must grant. */
export interface MissingPermission {
  /** RAM action, for instance `edas:GetPackageStorageCredential`. */
  readonly action: string;
  /** A RAM policy, JSON, that allows just this. */
  readonly policy: string;
}

/**
 * The permission that an error says is missing; undefined for other errors. EDAS's documentation names
 * `edas:GetPackageStorageCredential` (older copies: `edas:SystemBase`); when the gateway's response names an action, that
 * one counts.
 */
export function missingPermissionOf({ code, facts }: CodedError): MissingPermission | undefined {
  if (code === 'edas.noPermission') {
    return allow(facts.ramAction ?? 'edas:GetPackageStorageCredential', '*');
  }
  if (code === 'sts.noPermission') {
    return allow(facts.ramAction ?? 'sts:AssumeRole', facts.subject ?? '*');
  }
  return undefined;
}

function allow(action: string, resource: string): MissingPermission {
  const statement = { Effect: 'Allow', Action: [action], Resource: [resource] };
  return { action, policy: JSON.stringify({ Version: '1', Statement: [statement] }, undefined, 2) };
}
