import { createHash, randomUUID } from 'node:crypto';

import OpenApiUtil from '@alicloud/openapi-core/dist/utils';

import type { Sandbox, SandboxKey } from '..';
import { send, type RawResponse } from './raw';

/** What to change in an otherwise correct request to EDAS. */
export interface CredentialRequestChanges {
  readonly key?: Partial<SandboxKey>;
  /** Set or, when undefined, removed before signing. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The same after signing. */
  readonly tampered?: Readonly<Record<string, string | undefined>>;
  readonly path?: string;
  readonly method?: string;
  /** How far the caller's clock is ahead, ms. */
  readonly ahead?: number;
}

/** Requests the credential from EDAS, signed by Alibaba Cloud's own code. */
export function requestCredential(
  sandbox: Sandbox,
  changes: CredentialRequestChanges = {},
): Promise<RawResponse> {
  const key = { ...sandbox.keys[0]!, ...changes.key };
  const { method = 'GET', path = '/pop/v5/package_storage_credential' } = changes;
  const payloadHash = createHash('sha256').digest('hex');
  const date = new Date(Date.now() + (changes.ahead ?? 0)).toISOString();
  const headers = withoutUndefined({
    host: new URL(sandbox.edasEndpoint).host,
    accept: 'application/json',
    'x-acs-action': 'GetPackageStorageCredential',
    'x-acs-version': '2017-08-01',
    'x-acs-date': date.replace(/\.\d+/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': payloadHash,
    'x-acs-security-token': key.securityToken,
    ...changes.headers,
  });
  const authorization = OpenApiUtil.getAuthorization(
    { method, pathname: path, query: {}, headers } as never,
    'ACS3-HMAC-SHA256',
    payloadHash,
    key.id,
    key.secret,
  );
  const url = sandbox.edasEndpoint + path;
  const ca = sandbox.authority?.certificate;
  return send({
    method,
    url,
    headers: withoutUndefined({ ...headers, authorization, ...changes.tampered }),
    ...(ca && { ca }),
  });
}

/** The credential as EDAS returns it. */
export type CredentialFields = Readonly<
  Record<
    | 'AccessKeyId'
    | 'AccessKeySecret'
    | 'SecurityToken'
    | 'Expiration'
    | 'Bucket'
    | 'KeyPrefix'
    | 'RegionId'
    | 'OssPublicEndpoint'
    | 'OssVpcEndpoint'
    | 'OssInternalEndpoint',
    string
  >
>;

export async function fetchCredential(
  sandbox: Sandbox,
  changes?: CredentialRequestChanges,
): Promise<CredentialFields> {
  const response = await requestCredential(sandbox, changes);
  const body = JSON.parse(response.body.toString()) as { Credential: CredentialFields };
  return body.Credential;
}

export function withoutUndefined(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
