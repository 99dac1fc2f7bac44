import { createHash, randomUUID } from 'node:crypto';

import OpenApiUtil from '@alicloud/openapi-core/dist/utils';

import type { Sandbox, SandboxKey } from '..';
import { send, type RawAnswer } from './raw';

/** What a caller of EDAS may do otherwise than it should. */
export interface AskChanges {
  readonly key?: Partial<SandboxKey>;
  /** Added or, when undefined, left out before signing. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The same after signing. */
  readonly tampered?: Readonly<Record<string, string | undefined>>;
  readonly path?: string;
  readonly method?: string;
  /** The caller's clock is ahead by so much, ms. */
  readonly ahead?: number;
}

/** Asks EDAS for the credential, signed by the official code. */
export function ask(sandbox: Sandbox, changes: AskChanges = {}): Promise<RawAnswer> {
  const key = { ...sandbox.keys[0]!, ...changes.key };
  const { method = 'GET', path = '/pop/v5/package_storage_credential' } = changes;
  const payloadHash = createHash('sha256').digest('hex');
  const date = new Date(Date.now() + (changes.ahead ?? 0)).toISOString();
  const headers = present({
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
    headers: present({ ...headers, authorization, ...changes.tampered }),
    ...(ca && { ca }),
  });
}

/** The credential as EDAS answers it. */
export type AnsweredCredential = Readonly<
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
  changes?: AskChanges,
): Promise<AnsweredCredential> {
  const answer = await ask(sandbox, changes);
  const body = JSON.parse(answer.body.toString()) as { Credential: AnsweredCredential };
  return body.Credential;
}

export function present(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
