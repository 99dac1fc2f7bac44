import { hasCode, type CodedError } from './catalogue';
import {
  errorClasses,
  type ErrorClass,
  type ErrorCode,
  type ErrorScope,
  type RetryClass,
} from './errorClasses';

export type { RetryClass } from './errorClasses';

const classes: Readonly<Record<ErrorCode, ErrorClass>> = errorClasses;

export function retryClass(error: unknown): RetryClass {
  if (!hasCode(error)) {
    return 'fail';
  }
  if (error.code === 'network.proxyRefused') {
    if (error.facts.httpStatus === undefined) {
      return 'waitForNetwork';
    }
    return isRefusal(error) ? 'fail' : 'retry';
  }
  if (error.code === 'response.notUnderstood' && isRefusal(error)) {
    return 'fail';
  }
  return classes[error.code].retry ?? 'fail';
}

/** How often one request is attempted at most when it fails with this; undefined: as often as any other. */
export function maxAttemptsOf({ code }: CodedError): number | undefined {
  return classes[code].maxAttempts;
}

/** True when the failure leaves open whether the server did what was requested. */
export function isAmbiguous(error: unknown): boolean {
  if (!hasCode(error)) {
    return false;
  }
  if (error.code === 'network.proxyRefused') {
    // A proxy may have passed the request on before it gave up.
    return (error.facts.httpStatus ?? 0) >= 500;
  }
  return classes[error.code].isAmbiguous === true;
}

/** OSS's codes for parts that are not those that the server holds. */
const refusedParts: readonly (string | undefined)[] = [
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
];

/** True when OSS refused to complete an upload because of its parts. */
export function isRefusedPart({ code, facts }: CodedError): boolean {
  return code === 'oss.rejected' && refusedParts.includes(facts.serverCode);
}

/** True when a multipart upload that failed with this cannot be resumed. */
export function endsMultipart(error: unknown): boolean {
  return hasCode(error) && (classes[error.code].endsMultipart === true || isRefusedPart(error));
}

/**
 * True when the bytes of a part that could not be copied may still be sent: the failure is about the object that was
 * copied from (archived, replaced, gone, not readable) or about the copy alone.
 */
export function maySendInsteadOfCopying(error: CodedError): boolean {
  return (
    error.code === 'transfer.sizeMismatch' || (errorScope(error) !== 'all' && !endsMultipart(error))
  );
}

/** OSS's codes that concern the account or the bucket although they have no code of ours. */
const ossForAll = /^(?:UserDisable|InvalidAccessKeyId|InvalidBucketName|.*(?:Payer|Forbidden))$/;

/** What a failure concerns: one item, all of them, or either. */
export function errorScope(error: unknown): ErrorScope {
  if (!hasCode(error)) {
    return 'unclear';
  }
  const { code, facts } = error;
  if (code === 'oss.rejected' && ossForAll.test(facts.serverCode ?? '')) {
    return 'all';
  }
  if (code === 'disk.full' && facts.bytes !== undefined) {
    return 'item';
  }
  return classes[code].scope;
}

/** After this many unclear failures without a success in between, the reason is assumed to concern all items. */
const maxUnclear = 3;

/** Decides by the failures of its items when it is pointless to continue a batch. */
export class BatchStop {
  #unclear = 0;
  #isStopped = false;

  get isStopped(): boolean {
    return this.#isStopped;
  }

  succeeded(): void {
    this.#unclear = 0;
  }

  failed(error: unknown): void {
    const scope = errorScope(error);
    this.#unclear += scope === 'unclear' ? 1 : 0;
    this.#isStopped ||= scope === 'all' || this.#unclear >= maxUnclear;
  }
}

function isRefusal({ facts: { httpStatus = 0 } }: CodedError): boolean {
  return httpStatus >= 400 && httpStatus < 500;
}
