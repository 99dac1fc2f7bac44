import signUtils from 'ali-oss/lib/common/signUtils';
import type { Agent } from 'node:http';
import type { Readable } from 'node:stream';

import type { Sandbox } from '..';
import { withoutUndefined, type CredentialFields } from './credentialRequest';
import { send, type RawResponse } from './raw';

/** A request to OSS, and what may be wrong with it. */
export interface Call {
  readonly method: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer | Readable;
  /** Headers that are changed after signing. */
  readonly tampered?: Readonly<Record<string, string | undefined>>;
  /** How far the caller's clock is ahead, ms. */
  readonly ahead?: number;
  readonly region?: string;
  readonly bucket?: string;
  readonly agent?: Agent;
}

type Keys = Pick<CredentialFields, 'AccessKeyId' | 'AccessKeySecret'> &
  Partial<Pick<CredentialFields, 'SecurityToken'>>;

/** Sends a request, path style, signed in the header by ali-oss's own code. */
export function callOss(sandbox: Sandbox, keys: Keys, call: Call): Promise<RawResponse> {
  const { method, key = '', query = {}, body, bucket = sandbox.bucket } = call;
  const headers = withoutUndefined({
    'x-oss-date': ossDate(call.ahead),
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-security-token': keys.SecurityToken,
    ...(typeof body === 'string' || Buffer.isBuffer(body)
      ? { 'content-length': `${Buffer.byteLength(body)}` }
      : {}),
    ...call.headers,
  });
  const authorization = signUtils.authorizationV4(
    keys.AccessKeyId,
    keys.AccessKeySecret,
    call.region ?? sandbox.region,
    method,
    { headers, queries: query },
    bucket,
    key,
  );
  const ca = sandbox.authority?.certificate;
  return send({
    method,
    url: urlOf(sandbox.ossEndpoint, bucket, key, query),
    headers: withoutUndefined({ ...headers, authorization, ...call.tampered }),
    ...(body !== undefined && { body }),
    ...(ca && { ca }),
    ...(call.agent && { agent: call.agent }),
  });
}

/** A presigned URL, made by ali-oss's own code. */
export function presign(
  sandbox: Sandbox,
  keys: Keys,
  call: Pick<Call, 'method' | 'key' | 'ahead'> & { readonly seconds: number },
): string {
  const { method, key = '', seconds } = call;
  const date = ossDate(call.ahead);
  const day = date.slice(0, 8);
  const query: Record<string, string | null> = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${keys.AccessKeyId}/${day}/${sandbox.region}/oss/aliyun_v4_request`,
    'x-oss-date': date,
    'x-oss-expires': `${seconds}`,
    ...(keys.SecurityToken && { 'x-oss-security-token': keys.SecurityToken }),
  };
  const canonical = signUtils.getCanonicalRequest(
    method,
    { headers: {}, queries: query },
    sandbox.bucket,
    key,
    [],
  );
  const toSign = signUtils.getStringToSign(sandbox.region, date, canonical);
  query['x-oss-signature'] = signUtils.getSignatureV4(
    keys.AccessKeySecret,
    day,
    sandbox.region,
    toSign,
  );
  return urlOf(sandbox.ossEndpoint, sandbox.bucket, key, query);
}

function urlOf(
  origin: string,
  bucket: string,
  key: string,
  query: Readonly<Record<string, string | null>>,
): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === null ? name : `${name}=${encodeURIComponent(value)}`,
  );
  const path = bucket ? `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}` : '/';
  return `${origin}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

function ossDate(ahead = 0): string {
  return new Date(Date.now() + ahead).toISOString().replace(/[-:]|\.\d+/g, '');
}
