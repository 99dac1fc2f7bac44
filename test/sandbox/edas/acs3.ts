import OpenApiUtil from '@alicloud/openapi-core/dist/utils';
import { createHash } from 'node:crypto';

/** An Authorization header of the form `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`. */
export interface Acs3Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export function parseAcs3(header: string): Acs3Authorization | undefined {
  const parts =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),\s?SignedHeaders=([^,]+),\s?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!parts) return undefined;
  return { accessKeyId: parts[1]!, signedHeaders: parts[2]!.split(';'), signature: parts[3]! };
}

export interface SignedRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: Readonly<Record<string, string>>;
  /** The headers that must be signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
}

/** The signature that the official client computes for this request. */
export function officialSignature(request: SignedRequest, id: string, secret: string): string {
  const { method, pathname, query, headers, payloadHash } = request;
  const authorization = OpenApiUtil.getAuthorization(
    { method, pathname, query, headers } as never,
    'ACS3-HMAC-SHA256',
    payloadHash,
    id,
    secret,
  );
  return /Signature=([0-9a-f]{64})$/.exec(authorization)![1]!;
}

/** What the gateway returns when a signature is wrong; not used to check signatures. */
export function echoOf(request: SignedRequest): string {
  const names = Object.keys(request.headers).sort();
  const canonical = [
    request.method,
    request.pathname,
    Object.keys(request.query)
      .sort()
      .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(request.query[name]!)}`)
      .join('&'),
    ...names.map((name) => `${name}:${request.headers[name]!.trim()}`),
    '',
    names.join(';'),
    request.payloadHash,
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  return `server string to sign is:ACS3-HMAC-SHA256\n${hash}, server canonical request is:${canonical}`;
}
