import signUtils from 'ali-oss/lib/common/signUtils';

import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import type { Target } from './target';

/** The claims of a V4 signature, from the header or from a presigned URL. */
export interface Claim {
  readonly accessKeyId: string;
  /** yyyyMMdd of the scope. */
  readonly day: string;
  readonly region: string;
  readonly product: string;
  readonly additionalHeaders: readonly string[];
  readonly signature: string;
  /** `x-oss-date` as sent. */
  readonly date: string | undefined;
  readonly securityToken?: string;
  /** Presigned only: duration in seconds, as sent. */
  readonly expires?: string;
}

const algorithm = 'OSS4-HMAC-SHA256';
const scope = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aliyun_v4_request$/;

/** The claim of a request; undefined without a signature. Throws InvalidArgument for an invalid one. */
export function readClaim(exchange: Exchange, target: Target): Claim | undefined {
  const { query } = target;
  const header = exchange.header('authorization');
  if (header !== undefined) {
    const parts =
      /^OSS4-HMAC-SHA256 Credential=([^,]+), ?(?:AdditionalHeaders=([^,]+), ?)?Signature=([0-9a-f]{64})$/.exec(
        header,
      );
    const token = exchange.header('x-oss-security-token');
    if (!parts || exchange.header('x-oss-content-sha256') !== 'UNSIGNED-PAYLOAD')
      throw invalid('Authorization header is invalid.');
    return {
      ...readScope(parts[1]!),
      additionalHeaders: parts[2]?.split(';') ?? [],
      signature: parts[3]!,
      date: exchange.header('x-oss-date'),
      ...(token !== undefined && { securityToken: token }),
    };
  }
  if (query['x-oss-signature'] === undefined) return undefined;
  if (query['x-oss-signature-version'] !== algorithm)
    throw invalid('x-oss-signature-version is invalid.');
  const token = query['x-oss-security-token'];
  return {
    ...readScope(query['x-oss-credential'] ?? ''),
    additionalHeaders: query['x-oss-additional-headers']?.split(';') ?? [],
    signature: query['x-oss-signature'] ?? '',
    date: query['x-oss-date'] ?? undefined,
    expires: query['x-oss-expires'] ?? '',
    ...(token && { securityToken: token }),
  };
}

function readScope(credential: string) {
  const parts = scope.exec(credential);
  if (!parts) throw invalid('Invalid signing credential in Authorization header.');
  return { accessKeyId: parts[1]!, day: parts[2]!, region: parts[3]!, product: parts[4]! };
}

/** Checks the signature with ali-oss's own code. Throws SignatureDoesNotMatch with the details that OSS returns. */
export function checkSignature(
  exchange: Exchange,
  target: Target,
  claim: Claim,
  accessKeySecret: string,
): void {
  const queries = { ...target.query };
  delete queries['x-oss-signature'];
  const headers: Record<string, string> = {};
  for (const name of Object.keys(exchange.request.headers)) headers[name] = exchange.header(name)!;
  const additional = signUtils
    .fixAdditionalHeaders([...claim.additionalHeaders])
    .filter((name) => name in headers);
  const request = { headers, queries };
  const authorization = signUtils.authorizationV4(
    claim.accessKeyId,
    accessKeySecret,
    claim.region,
    exchange.request.method ?? '',
    request,
    target.bucket,
    target.key,
    additional,
  );
  if (authorization.endsWith(`Signature=${claim.signature}`)) return;
  const canonical = signUtils.getCanonicalRequest(
    exchange.request.method ?? '',
    request,
    target.bucket,
    target.key,
    additional,
  );
  const toSign = signUtils.getStringToSign(claim.region, claim.date ?? '', canonical);
  throw new ServiceError(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      ec: '0002-00000040',
      elements: {
        OSSAccessKeyId: claim.accessKeyId,
        SignatureProvided: claim.signature,
        StringToSign: toSign,
        StringToSignBytes: bytesOf(toSign),
        CanonicalRequest: canonical,
        CanonicalRequestBytes: bytesOf(canonical),
      },
    },
  );
}

function bytesOf(text: string): string {
  return (Buffer.from(text).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');
}

function invalid(message: string): ServiceError {
  return new ServiceError(400, 'InvalidArgument', message);
}
