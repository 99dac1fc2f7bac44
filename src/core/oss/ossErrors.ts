import type { ServerClock } from '../util/clock';
import type { Credential } from '../alibaba/edas/credential';
import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';
import type { ResponseHead } from '../http/response';
import { redact } from '../util/redact';
import { parseHttpDate, parseInstant } from '../util/serverTime';
import { trustedHelpUrl, safeServerToken } from '../util/serverText';
import { childText, parseXml, type XmlElement } from '../util/xml';

interface FailureContext {
  /** Host, HTTP status, and as subject the requested object key or bucket. */
  readonly facts: ErrorFacts;
  readonly credential: Credential;
  readonly clock: ServerClock;
}

/** OSS's codes. Source: OSS Developer Guide, Troubleshooting, "HTTP <status>". */
const byServerCode: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['AccessDenied', 'oss.accessDenied'],
  ['SecurityTokenExpired', 'oss.tokenExpired'],
  ['InvalidSecurityToken', 'oss.tokenExpired'],
  ['SignatureDoesNotMatch', 'oss.signatureRejected'],
  ['RequestTimeTooSkewed', 'oss.clockSkewed'],
  ['FileAlreadyExists', 'oss.objectExists'],
  ['NoSuchBucket', 'oss.noSuchBucket'],
  ['PreconditionFailed', 'oss.preconditionFailed'],
  ['NoSuchKey', 'oss.noSuchKey'],
  // The object is in Archive, Cold Archive or Deep Cold Archive storage and was not restored.
  ['InvalidObjectState', 'oss.archived'],
  ['NoSuchUpload', 'oss.noSuchUpload'],
  ['EntityTooLarge', 'oss.entityTooLarge'],
  ['InvalidDigest', 'oss.bodyDamaged'],
  ['InvalidCRC64', 'oss.bodyDamaged'],
  ['IncompleteBody', 'oss.bodyDamaged'],
  // A 400, but about the connection and not about the request: worth a retry.
  ['RequestTimeout', 'oss.serverFault'],
]);

/** What a status means without a body, as after a HEAD. */
const byStatus: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [403, 'oss.accessDenied'],
  [404, 'oss.noSuchKey'],
]);

/**
 * Reads an error response of OSS: XML in the body, or, for HEAD, in the header `x-oss-err`.
 * Corrects the clock by the time in the response when OSS rejects the time of the request, or its signature, which has
 * the time in it. No other response corrects it.
 *
 * @param body may be incomplete
 */
export async function ossError(
  response: ResponseHead,
  body: Buffer,
  { facts, credential, clock }: FailureContext,
): Promise<CodedError> {
  const error = await readError(response, body);
  const token = (text: string | undefined): string | undefined => safeServerToken(text, credential);
  const field = (name: string): string | undefined => error && childText(error, name);
  const serverCode = token(field('Code'));
  const code = codeOf(serverCode, response, credential);
  if (code === 'oss.clockSkewed' || code === 'oss.signatureRejected') {
    const named = parseInstant(field('ServerTime'));
    clock.sync(Number.isNaN(named) ? parseHttpDate(response.header('date')) : named);
  }
  return new CodedError(code, {
    ...facts,
    serverCode,
    serverMessage: redact(field('Message') ?? '', credential) || undefined,
    requestId: token(field('RequestId')) ?? token(response.header('x-oss-request-id')),
    ec: token(field('EC')) ?? token(response.header('x-oss-ec')),
    recommendUrl: trustedHelpUrl(field('RecommendDoc'), credential),
    retryAfterMs: retryAfterMs(response, clock),
    // The endpoint at which a bucket "must be addressed".
    detail: token(field('Endpoint')),
    clockOffsetMs: code === 'oss.clockSkewed' ? clock.offsetMs : undefined,
  });
}

function codeOf(
  serverCode: string | undefined,
  response: ResponseHead,
  credential: Credential,
): ErrorCode {
  if (serverCode === 'InvalidAccessKeyId' && credential.accessKeyId.startsWith('STS.')) {
    return 'oss.tokenExpired';
  }
  const code = byServerCode.get(serverCode ?? '');
  if (code) {
    return code;
  }
  if (response.status === 429 || serverCode?.endsWith('LimitExceeded') === true) {
    return 'oss.throttled';
  }
  if (response.status >= 500 || response.status === 408) {
    return 'oss.serverFault';
  }
  if (serverCode !== undefined) {
    return 'oss.rejected';
  }
  const isOss = response.header('x-oss-request-id') !== undefined;
  return (isOss ? byStatus.get(response.status) : undefined) ?? 'response.notUnderstood';
}

async function readError(response: ResponseHead, body: Buffer): Promise<XmlElement | undefined> {
  const inHeader = response.header('x-oss-err');
  try {
    const root = await parseXml(inHeader === undefined ? body : Buffer.from(inHeader, 'base64'));
    return root.name === 'Error' ? root : undefined;
  } catch {
    // The page of a proxy, or nothing at all: only the status counts.
    return undefined;
  }
}

/** `Retry-After` has seconds or a date. */
function retryAfterMs(response: ResponseHead, clock: ServerClock): number | undefined {
  const text = response.header('retry-after')?.trim() ?? '';
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - clock.now();
  return ms >= 0 ? Math.round(ms) : undefined;
}
