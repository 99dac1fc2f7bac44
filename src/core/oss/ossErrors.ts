import type { ServerClock } from '../util/clock';
import type { Credential } from '../alibaba/edas/credential';
import { CodedError, type ErrorCode, type ErrorFacts } from '../errors/catalogue';
import type { ResponseHead } from '../http/response';
import { redact } from '../util/redact';
import { parseHttpDate, parseInstant } from '../util/serverTime';
import { trustedHelpUrl, safeServerToken } from '../util/serverText';
import { childText, parseXml, type XmlElement } from '../util/xml';

export interface FailureContext {
  /** Host, HTTP status, and as subject the object key or the bucket that was asked for. */
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
  ['NoSuchKey', 'oss.noSuchKey'],
  // The object is in Archive, Cold Archive or Deep Cold Archive storage and was not restored.
  ['InvalidObjectState', 'oss.archived'],
  ['NoSuchUpload', 'oss.noSuchUpload'],
  ['EntityTooLarge', 'oss.entityTooLarge'],
  ['InvalidDigest', 'oss.bodyDamaged'],
  ['InvalidCRC64', 'oss.bodyDamaged'],
  ['IncompleteBody', 'oss.bodyDamaged'],
  // A 400, but about the line and not about the request: it is worth another try.
  ['RequestTimeout', 'oss.serverFault'],
]);

/** What a status says without words, as after a HEAD. */
const byStatus: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [403, 'oss.accessDenied'],
  [404, 'oss.noSuchKey'],
]);

/**
 * Reads an answer by which OSS refuses: XML in the body, or, for HEAD, in the header `x-oss-err`.
 * A clock that OSS finds wrong is set by the time that OSS names, as it is when OSS rejects the signature, which has
 * the time in it. No other response sets it.
 *
 * @param body may be cut off
 */
export async function ossError(
  answer: ResponseHead,
  body: Buffer,
  { facts, credential, clock }: FailureContext,
): Promise<CodedError> {
  const error = await readError(answer, body);
  const token = (text: string | undefined): string | undefined => safeServerToken(text, credential);
  const field = (name: string): string | undefined => error && childText(error, name);
  const serverCode = token(field('Code'));
  const code = codeOf(serverCode, answer, credential);
  if (code === 'oss.clockSkewed' || code === 'oss.signatureRejected') {
    const named = parseInstant(field('ServerTime'));
    clock.sync(Number.isNaN(named) ? parseHttpDate(answer.header('date')) : named);
  }
  const known: { readonly [Name in keyof ErrorFacts]: ErrorFacts[Name] | undefined } = {
    serverCode,
    serverMessage: redact(field('Message') ?? '', credential),
    requestId: token(field('RequestId')) ?? token(answer.header('x-oss-request-id')),
    ec: token(field('EC')) ?? token(answer.header('x-oss-ec')),
    recommendUrl: trustedHelpUrl(field('RecommendDoc'), credential),
    retryAfterMs: retryAfterMs(answer, clock),
    // The endpoint at which a bucket "must be addressed".
    detail: token(field('Endpoint')),
    clockOffsetMs: code === 'oss.clockSkewed' ? clock.offsetMs : undefined,
  };
  return new CodedError(code, { ...facts, ...withoutBlanks(known) });
}

function codeOf(
  serverCode: string | undefined,
  answer: ResponseHead,
  credential: Credential,
): ErrorCode {
  if (serverCode === 'InvalidAccessKeyId' && credential.accessKeyId.startsWith('STS.')) {
    return 'oss.tokenExpired';
  }
  const code = byServerCode.get(serverCode ?? '');
  if (code) {
    return code;
  }
  if (answer.status === 429 || serverCode?.endsWith('LimitExceeded') === true) {
    return 'oss.throttled';
  }
  if (answer.status >= 500 || answer.status === 408) {
    return 'oss.serverFault';
  }
  if (serverCode !== undefined) {
    return 'oss.rejected';
  }
  const isOss = answer.header('x-oss-request-id') !== undefined;
  return (isOss ? byStatus.get(answer.status) : undefined) ?? 'answer.notUnderstood';
}

async function readError(answer: ResponseHead, body: Buffer): Promise<XmlElement | undefined> {
  const inHeader = answer.header('x-oss-err');
  try {
    const root = await parseXml(inHeader === undefined ? body : Buffer.from(inHeader, 'base64'));
    return root.name === 'Error' ? root : undefined;
  } catch {
    // A page of some proxy, or nothing at all: the status says the rest.
    return undefined;
  }
}

/** `Retry-After` counts seconds or names an instant. */
function retryAfterMs(answer: ResponseHead, clock: ServerClock): number | undefined {
  const text = answer.header('retry-after')?.trim() ?? '';
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - clock.now();
  return ms >= 0 ? Math.round(ms) : undefined;
}

function withoutBlanks(facts: Readonly<Record<string, unknown>>): ErrorFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  );
}
