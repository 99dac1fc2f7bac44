import { createHash, createHmac } from 'node:crypto';
import type { AccessKeys } from '../alibaba/edas/credential';
import { percentEncode, percentEncodePath } from '../util/percent';
import type { Secret } from '../util/secret';

/** Parameters in any order, not encoded. A parameter without a value has the value ''. */
export type OssQuery = readonly (readonly [name: string, value: string])[];

export interface Oss4Request {
  readonly method: string;
  readonly bucket: string;
  /** Not encoded; absent for a request about the bucket. */
  readonly key?: string;
  readonly query?: OssQuery;
  /** All headers; `content-type`, `content-md5` and `x-oss-*` are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

interface SigningInput {
  /** `yyyyMMddTHHmmssZ`, UTC; in header mode the same as the header `x-oss-date`. */
  readonly time: string;
  /** `cn-hangzhou` or `oss-cn-hangzhou`. */
  readonly region: string;
}

const algorithm = 'OSS4-HMAC-SHA256';

/** Maximum duration of a signed URL, seconds. */
const maxSignedSeconds = 604_800;

/** ms since 1970 in the format of OSS4: `20240301T000000Z`. */
export function ossV4Timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/**
 * Signs requests to OSS. Source: "Recommend to use signature version 4" and "Add signatures to URLs"; where those are
 * silent, Alibaba Cloud's Go and Python SDKs v2.
 */
export class OssV4Signer {
  /** The latest key: a transfer signs thousands of requests with it. */
  #latest: { readonly secret: Secret; readonly scope: string; readonly key: Buffer } | undefined;

  /** The value of the header `Authorization`. */
  authorize(request: Oss4Request, keys: AccessKeys, { time, region }: SigningInput): string {
    const scope = scopeOf(time, region);
    const signature = this.#sign(request, request.query ?? [], keys, time, scope);
    return `${algorithm} Credential=${keys.accessKeyId}/${scope},Signature=${signature}`;
  }

  /**
   * The query of a URL that anyone can use until it expires, or the security token does; without the question mark.
   * Headers that were signed must be sent with it.
   *
   * @param seconds its duration, 1 to 604,800
   * @throws RangeError for another duration
   */
  presign(
    request: Oss4Request,
    keys: AccessKeys,
    { time, region }: SigningInput,
    seconds: number,
  ): string {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxSignedSeconds) {
      throw new RangeError(`a signed URL cannot be valid for ${seconds} s`);
    }
    const scope = scopeOf(time, region);
    const query: (readonly [string, string])[] = [
      ...(request.query ?? []),
      ['x-oss-signature-version', algorithm],
      ['x-oss-credential', `${keys.accessKeyId}/${scope}`],
      ['x-oss-date', time],
      ['x-oss-expires', String(seconds)],
    ];
    if (keys.securityToken) {
      query.push(['x-oss-security-token', keys.securityToken.reveal()]);
    }
    const signature = this.#sign(request, query, keys, time, scope);
    return `${canonicalQuery(query)}&x-oss-signature=${signature}`;
  }

  #sign(
    request: Oss4Request,
    query: OssQuery,
    keys: AccessKeys,
    time: string,
    scope: string,
  ): string {
    const hash = createHash('sha256').update(canonicalRequest(request, query)).digest('hex');
    return createHmac('sha256', this.#signingKey(keys.accessKeySecret, scope))
      .update([algorithm, time, scope, hash].join('\n'))
      .digest('hex');
  }

  #signingKey(secret: Secret, scope: string): Buffer {
    if (this.#latest?.scope !== scope || !this.#latest.secret.equals(secret)) {
      const key = scope
        .split('/')
        .reduce<Buffer>(
          (each, step) => createHmac('sha256', each).update(step).digest(),
          Buffer.from(`aliyun_v4${secret.reveal()}`),
        );
      this.#latest = { secret, scope, key };
    }
    return this.#latest.key;
  }
}

/** What a signing key is good for: one day, region and product. */
function scopeOf(time: string, region: string): string {
  return `${time.slice(0, 8)}/${region.replace(/^oss-/, '')}/oss/aliyun_v4_request`;
}

function canonicalRequest(
  { method, bucket, key = '', headers }: Oss4Request,
  query: OssQuery,
): string {
  const lowerCased = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(byName);
  return [
    method,
    `/${percentEncode(bucket)}/${percentEncodePath(key)}`,
    canonicalQuery(query),
    lowerCased
      .filter(([name]) => /^(?:content-type$|content-md5$|x-oss-)/.test(name))
      .map(([name, value]) => `${name}:${value}\n`)
      .join(''),
    // Names of other headers that are signed.
    '',
    'UNSIGNED-PAYLOAD',
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

/** Encoded names are ASCII, so this is the order of their bytes. */
function byName([a]: readonly [string, ...string[]], [b]: readonly [string, ...string[]]): number {
  return a < b ? -1 : Number(a > b);
}
