import { createHash, createHmac } from 'node:crypto';
import type { AccessKeys } from '../alibaba/edas/credential';
import { percentEncode, percentEncodePath } from '../util/percent';
import { scopeText, SigningKeys, type Oss4Scope } from './signingKey';

/** Parameters in any order, not encoded. A parameter without a value has the value ''. */
export type OssQuery = readonly (readonly [name: string, value: string])[];

export interface Oss4Request {
  readonly method: string;
  readonly bucket?: string;
  /** Not encoded; only with a bucket. */
  readonly key?: string;
  readonly query?: OssQuery;
  /** All headers. `content-type`, `content-md5` and `x-oss-*` are signed, and what `additionalHeaders` names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of further headers to sign, in any case; those that are absent or signed anyway are ignored. */
  readonly additionalHeaders?: readonly string[];
}

export interface SigningInput {
  /** `yyyyMMddTHHmmssZ`, UTC; in header mode the same as the header `x-oss-date`. */
  readonly time: string;
  /** `cn-hangzhou` or `oss-cn-hangzhou`. */
  readonly region: string;
  /** Default `oss`. */
  readonly product?: string;
}

const algorithm = 'OSS4-HMAC-SHA256';
const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** Maximum duration of a signed URL, seconds. */
export const maxSignedSeconds = 604_800;

/** ms since 1970 in the format of OSS4: `20240301T000000Z`. */
export function ossV4Timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/**
 * Signs requests to OSS. Source: "Recommend to use signature version 4" and "Add signatures to URLs"; where those are
 * silent, Alibaba Cloud's Go and Python SDKs v2.
 */
export class OssV4Signer {
  readonly #signingKeys = new SigningKeys();

  /** The value of the header `Authorization`. */
  authorize(request: Oss4Request, keys: AccessKeys, moment: SigningInput): string {
    const scope = scopeOf(moment);
    const additional = additionalHeadersOf(request);
    const signature = this.#sign(request, additional, request.query ?? [], keys, moment, scope);
    const names = additional.length > 0 ? `AdditionalHeaders=${additional.join(';')},` : '';
    const credential = `Credential=${keys.accessKeyId}/${scopeText(scope)}`;
    return `${algorithm} ${credential},${names}Signature=${signature}`;
  }

  /**
   * The query of a URL that anyone can use until it expires, or the security token does; without the question mark.
   * Headers that were signed must be sent with it.
   *
   * @param seconds its duration, 1 to 604,800
   * @throws RangeError for another duration
   */
  presign(request: Oss4Request, keys: AccessKeys, moment: SigningInput, seconds: number): string {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxSignedSeconds) {
      throw new RangeError(`a signed URL cannot live ${seconds} s`);
    }
    const scope = scopeOf(moment);
    const additional = additionalHeadersOf(request);
    const query: (readonly [string, string])[] = [
      ...(request.query ?? []),
      ['x-oss-signature-version', algorithm],
      ['x-oss-credential', `${keys.accessKeyId}/${scopeText(scope)}`],
      ['x-oss-date', moment.time],
      ['x-oss-expires', String(seconds)],
    ];
    if (additional.length > 0) {
      query.push(['x-oss-additional-headers', additional.join(';')]);
    }
    if (keys.securityToken) {
      query.push(['x-oss-security-token', keys.securityToken.reveal()]);
    }
    const signature = this.#sign(request, additional, query, keys, moment, scope);
    return `${canonicalQuery(query)}&x-oss-signature=${signature}`;
  }

  #sign(
    request: Oss4Request,
    additional: readonly string[],
    query: OssQuery,
    keys: AccessKeys,
    { time }: SigningInput,
    scope: Oss4Scope,
  ): string {
    const canonical = canonicalRequest(request, additional, query);
    const hash = createHash('sha256').update(canonical).digest('hex');
    return createHmac('sha256', this.#signingKeys.keyFor(keys.accessKeySecret, scope))
      .update([algorithm, time, scopeText(scope), hash].join('\n'))
      .digest('hex');
  }
}

function scopeOf({ time, region, product = 'oss' }: SigningInput): Oss4Scope {
  return { day: time.slice(0, 8), region: region.replace(/^oss-/, ''), product };
}

function canonicalRequest(
  { method, bucket, key = '', headers }: Oss4Request,
  additional: readonly string[],
  query: OssQuery,
): string {
  const lowerCased = lowerCase(headers);
  return [
    method,
    bucket === undefined ? '/' : `/${percentEncode(bucket)}/${percentEncodePath(key)}`,
    canonicalQuery(query),
    [...lowerCased]
      .filter(([name]) => isAlwaysSigned(name) || additional.includes(name))
      .sort(byName)
      .map(([name, value]) => `${name}:${value.trim()}\n`)
      .join(''),
    additional.join(';'),
    lowerCased.get('x-oss-content-sha256') ?? unsignedPayload,
  ].join('\n');
}

/**
 * The query as it is signed and sent: each name and value encoded, sorted by the encoded name; a name without a value
 * has no equals sign.
 */
export function canonicalQuery(query: OssQuery): string {
  return query
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function additionalHeadersOf({ headers, additionalHeaders = [] }: Oss4Request): string[] {
  const present = lowerCase(headers);
  const names = new Set(additionalHeaders.map((name) => name.toLowerCase()));
  return [...names].filter((name) => present.has(name) && !isAlwaysSigned(name)).sort();
}

function isAlwaysSigned(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-');
}

function lowerCase(headers: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Encoded names are ASCII, so this is the order of their bytes. */
function byName([a]: readonly [string, ...string[]], [b]: readonly [string, ...string[]]): number {
  return a < b ? -1 : Number(a > b);
}
