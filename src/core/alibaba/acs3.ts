import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from '../util/percent';
import type { AccessKeys } from './edas/credential';

/** The signed part of a request. */
export interface Acs3Request {
  readonly method: string;
  /** Path of the URL, percent-encoded. */
  readonly pathname: string;
  /** Parameters, not encoded. A parameter without a value has the value ''; one that is undefined is left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** All headers. Only `host`, `content-type` and `x-acs-*` are signed; two spellings of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body, the same as in the header `x-acs-content-sha256`. */
  readonly payloadHash: string;
}

/** SHA-256 of an empty body. */
export const emptyPayloadHash = createHash('sha256').digest('hex');

const algorithm = 'ACS3-HMAC-SHA256';

/**
 * The value of the header `Authorization` for a request to Alibaba Cloud's API gateway.
 * Source: "V3 request structure and signature" (document 2593177).
 */
export function signAcs3(request: Acs3Request, keys: AccessKeys): string {
  const headers = signedHeaders(request.headers);
  const names = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    request.pathname,
    canonicalQuery(request.query),
    headers.map(([name, values]) => `${name}:${values.sort().join(',')}\n`).join(''),
    names,
    request.payloadHash,
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const signature = createHmac('sha256', keys.accessKeySecret.reveal())
    .update(`${algorithm}\n${hash}`)
    .digest('hex');
  return `${algorithm} Credential=${keys.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
}

/** The query as it is signed; it may be sent in any order. */
export function canonicalQuery(query: Acs3Request['query']): string {
  return Object.entries(query)
    .filter((parameter): parameter is [string, string] => parameter[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

function signedHeaders(headers: Readonly<Record<string, string>>): [string, string[]][] {
  const values = new Map<string, string[]>();
  for (const [spelling, value] of Object.entries(headers)) {
    const name = spelling.toLowerCase();
    if (name === 'host' || name === 'content-type' || name.startsWith('x-acs-')) {
      values.set(name, [...(values.get(name) ?? []), value.trim()]);
    }
  }
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}
