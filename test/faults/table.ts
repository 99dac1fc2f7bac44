import type { ErrorCode } from '../../src/core/errors/catalogue';
import type { FaultAction, FaultMatch, OssOperation } from '../sandbox';
import { inWine } from '../windows/inWine';

/** The request of a transfer that gets the fault. */
export type Target =
  | 'single PUT'
  | 'first part'
  | 'middle part'
  | 'last part'
  | 'Initiate'
  | 'Complete';

export const targets: readonly Target[] = [
  'single PUT',
  'first part',
  'middle part',
  'last part',
  'Initiate',
  'Complete',
];
const bodies: readonly Target[] = ['single PUT', 'first part', 'middle part', 'last part'];
const documents: readonly Target[] = ['Initiate', 'Complete'];

export const partCount = 5;

/** The requests that a target matches. */
export function requestsOf(target: Target): FaultMatch & { readonly operation: OssOperation } {
  switch (target) {
    case 'single PUT':
      return { operation: 'PutObject' };
    case 'first part':
      return { operation: 'UploadPart', partNumber: 1 };
    case 'middle part':
      return { operation: 'UploadPart', partNumber: 3 };
    case 'last part':
      return { operation: 'UploadPart', partNumber: partCount };
    case 'Initiate':
      return { operation: 'InitiateMultipartUpload' };
    case 'Complete':
      return { operation: 'CompleteMultipartUpload' };
  }
}

/** The expected outcome. After a failure no object exists under the key. */
export type Outcome = 'succeeds' | 'succeeds unverified' | ErrorCode;

export interface FaultRow<P = Target, O = Outcome> {
  readonly name: string;
  readonly action: FaultAction;
  /** Needs a client with a short time limit for requests that make no progress. */
  readonly isStall?: boolean;
  /** The number of requests that get the fault; default 1. */
  readonly times?: number;
  /** Default: all. */
  readonly targets?: readonly P[];
  readonly outcome: O | ((target: P) => O);
}

const html = { 'content-type': 'text/html' };
const errorDocument =
  '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>later</Message></Error>';

export function refusal(status: number, code: string, more: object = {}): FaultAction {
  return { kind: 'error', status, code, ...more };
}

/** The time limit for requests without progress, ms. It is longer in Wine, where requests are slower. */
export const stallMs = inWine ? 3_000 : 300;

/** Every fault that one request can have. */
export const faultRows: readonly FaultRow[] = [
  { name: 'connection reset at once', action: { kind: 'reset' }, outcome: 'succeeds' },
  {
    name: 'connection reset three times',
    action: { kind: 'reset' },
    times: 3,
    outcome: 'succeeds',
  },
  {
    name: 'connection reset in the middle of the body',
    action: { kind: 'reset', afterBytes: 50_000 },
    targets: bodies,
    outcome: 'succeeds',
  },
  { name: 'stall at once', isStall: true, action: { kind: 'stall' }, outcome: 'succeeds' },
  {
    name: 'stall in the middle of the body',
    isStall: true,
    action: { kind: 'stall', afterBytes: 50_000 },
    targets: bodies,
    outcome: 'succeeds',
  },
  {
    name: 'response after the time limit',
    isStall: true,
    action: { kind: 'delay', ms: 3 * stallMs },
    outcome: 'succeeds',
  },
  {
    name: 'slow, but without a stall',
    action: { kind: 'slow', bytesPerSecond: 200_000 },
    targets: bodies,
    outcome: 'succeeds',
  },
  { name: 'truncated response', action: { kind: 'truncateResponse' }, outcome: 'succeeds' },
  {
    name: 'response lost after the request was processed',
    action: { kind: 'loseResponse' },
    outcome: 'succeeds',
  },
  { name: '500 three times', action: refusal(500, 'InternalError'), times: 3, outcome: 'succeeds' },
  {
    name: '503 with Retry-After',
    action: refusal(503, 'ServiceUnavailable', { retryAfterSeconds: 1 }),
    outcome: 'succeeds',
  },
  {
    name: '429 three times',
    action: refusal(429, 'TooManyRequests'),
    times: 3,
    outcome: 'succeeds',
  },
  { name: '400 RequestTimeout', action: refusal(400, 'RequestTimeout'), outcome: 'succeeds' },
  {
    name: 'IncompleteBody',
    action: refusal(400, 'IncompleteBody'),
    targets: bodies,
    outcome: 'succeeds',
  },
  {
    name: 'permanent 500',
    action: refusal(500, 'InternalError'),
    times: Infinity,
    outcome: 'oss.serverFault',
  },
  {
    name: 'permanent 403',
    action: refusal(403, 'AccessDenied'),
    times: Infinity,
    outcome: 'oss.accessDenied',
  },
  {
    name: '403 before the body is read, then reset',
    action: refusal(403, 'AccessDenied', { reset: true }),
    times: Infinity,
    outcome: 'oss.accessDenied',
  },
  {
    name: 'NoSuchBucket',
    action: refusal(404, 'NoSuchBucket'),
    times: Infinity,
    outcome: 'oss.noSuchBucket',
  },
  {
    name: 'InvalidArgument',
    action: refusal(400, 'InvalidArgument'),
    times: Infinity,
    outcome: 'oss.rejected',
  },
  {
    name: 'EntityTooLarge',
    action: refusal(400, 'EntityTooLarge'),
    times: Infinity,
    outcome: 'oss.entityTooLarge',
  },
  {
    name: 'SignatureDoesNotMatch',
    action: refusal(403, 'SignatureDoesNotMatch'),
    times: Infinity,
    outcome: 'oss.signatureRejected',
  },
  {
    name: 'NoSuchUpload',
    action: refusal(404, 'NoSuchUpload'),
    times: Infinity,
    targets: ['first part', 'middle part', 'last part', 'Complete'],
    outcome: 'oss.noSuchUpload',
  },
  {
    name: 'wrong CRC-64 once',
    action: { kind: 'crc', value: 'wrong' },
    targets: [...bodies, 'Complete'],
    outcome: (target) => (target === 'Complete' ? 'transfer.crcMismatch' : 'succeeds'),
  },
  {
    name: 'wrong CRC-64 every time',
    action: { kind: 'crc', value: 'wrong' },
    times: Infinity,
    targets: [...bodies, 'Complete'],
    outcome: 'transfer.crcMismatch',
  },
  {
    name: 'no CRC-64',
    action: { kind: 'crc', value: 'missing' },
    targets: [...bodies, 'Complete'],
    outcome: (target) => (target === 'single PUT' ? 'succeeds unverified' : 'succeeds'),
  },
  { name: 'bit flip once', action: { kind: 'corrupt' }, targets: bodies, outcome: 'succeeds' },
  {
    name: 'bit flip every time',
    action: { kind: 'corrupt' },
    times: Infinity,
    targets: bodies,
    outcome: 'transfer.crcMismatch',
  },
  { name: 'token expires once', action: { kind: 'expireToken' }, outcome: 'succeeds' },
  { name: 'token expires twice', action: { kind: 'expireToken' }, times: 2, outcome: 'succeeds' },
  {
    name: '200 with an error document',
    action: { kind: 'respond', status: 200, body: errorDocument },
    outcome: 'succeeds',
  },
  {
    name: '200 with an error document after the request was processed',
    action: { kind: 'respond', status: 200, body: errorDocument, afterWork: true },
    outcome: 'succeeds',
  },
  {
    name: '200 with truncated XML',
    action: { kind: 'respond', status: 200, body: '<?xml version="1.0"?><Initiate' },
    targets: documents,
    outcome: 'succeeds',
  },
  {
    name: '502 page of a gateway',
    action: { kind: 'respond', status: 502, headers: html, body: '<html>Bad Gateway</html>' },
    outcome: 'succeeds',
  },
  {
    name: '403 login page',
    action: { kind: 'respond', status: 403, headers: html, body: '<html>Log in</html>' },
    times: Infinity,
    // The sandbox adds OSS's request id to this page, too; without one the code is `response.notUnderstood`.
    outcome: 'oss.accessDenied',
  },
  {
    name: 'redirect',
    action: { kind: 'respond', status: 307, headers: { location: 'https://example.com/' } },
    times: Infinity,
    outcome: 'response.redirected',
  },
  {
    name: 'response that is too large',
    action: { kind: 'respond', status: 500, body: 'x'.repeat(3_000_000) },
    times: Infinity,
    outcome: 'response.tooLarge',
  },
];
