import type { ErrorCode } from '../../src/core/errors/catalogue';
import type { FaultAction, FaultMatch, OssOperation } from '../sandbox';
import { inWine } from '../windows/inWine';

/** Where in a transfer a fault strikes. */
export type Place =
  | 'single PUT'
  | 'first part'
  | 'middle part'
  | 'last part'
  | 'Initiate'
  | 'Complete';

export const places: readonly Place[] = [
  'single PUT',
  'first part',
  'middle part',
  'last part',
  'Initiate',
  'Complete',
];
const bodies: readonly Place[] = ['single PUT', 'first part', 'middle part', 'last part'];
const documents: readonly Place[] = ['Initiate', 'Complete'];

export const partCount = 5;

/** The requests that a place stands for. */
export function requestsAt(place: Place): FaultMatch & { readonly operation: OssOperation } {
  switch (place) {
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

/** What must come of it. A failure leaves nothing under the key. */
export type Outcome = 'survives' | 'survives unverified' | ErrorCode;

export interface FaultRow<P = Place, O = Outcome> {
  readonly name: string;
  readonly action: FaultAction;
  /** Needs a client that soon gives up a request on which nothing moves. */
  readonly isStall?: boolean;
  /** How many requests it strikes; default 1. */
  readonly times?: number;
  /** Default: all. */
  readonly places?: readonly P[];
  readonly outcome: O | ((place: P) => O);
}

const html = { 'content-type': 'text/html' };
const errorDocument =
  '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>later</Message></Error>';

export function refusal(status: number, code: string, more: object = {}): FaultAction {
  return { kind: 'error', status, code, ...more };
}

/** A request that stalls is given up after so long, ms. In Wine a request may need longer than elsewhere. */
export const stallMs = inWine ? 3_000 : 300;

/** Every fault that one request can meet. */
export const faultRows: readonly FaultRow[] = [
  { name: 'reset at once', action: { kind: 'reset' }, outcome: 'survives' },
  { name: 'reset three times', action: { kind: 'reset' }, times: 3, outcome: 'survives' },
  {
    name: 'reset in the middle of the body',
    action: { kind: 'reset', afterBytes: 50_000 },
    places: bodies,
    outcome: 'survives',
  },
  { name: 'stall at once', isStall: true, action: { kind: 'stall' }, outcome: 'survives' },
  {
    name: 'stall in the middle of the body',
    isStall: true,
    action: { kind: 'stall', afterBytes: 50_000 },
    places: bodies,
    outcome: 'survives',
  },
  {
    name: 'answer too late, the work done',
    isStall: true,
    action: { kind: 'delay', ms: 3 * stallMs },
    outcome: 'survives',
  },
  {
    name: 'slow, but not still',
    action: { kind: 'slow', bytesPerSecond: 200_000 },
    places: bodies,
    outcome: 'survives',
  },
  { name: 'half an answer', action: { kind: 'halfAnswer' }, outcome: 'survives' },
  { name: 'answer lost, the work done', action: { kind: 'loseAnswer' }, outcome: 'survives' },
  { name: '500', action: refusal(500, 'InternalError'), times: 3, outcome: 'survives' },
  {
    name: '503 with Retry-After',
    action: refusal(503, 'ServiceUnavailable', { retryAfterSeconds: 1 }),
    outcome: 'survives',
  },
  { name: '429', action: refusal(429, 'TooManyRequests'), times: 3, outcome: 'survives' },
  { name: '408', action: refusal(400, 'RequestTimeout'), outcome: 'survives' },
  {
    name: 'IncompleteBody',
    action: refusal(400, 'IncompleteBody'),
    places: bodies,
    outcome: 'survives',
  },
  {
    name: '500 for good',
    action: refusal(500, 'InternalError'),
    times: Infinity,
    outcome: 'oss.serverFault',
  },
  {
    name: '403',
    action: refusal(403, 'AccessDenied'),
    times: Infinity,
    outcome: 'oss.accessDenied',
  },
  {
    name: '403 at once, then reset',
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
    places: ['first part', 'middle part', 'last part', 'Complete'],
    outcome: 'oss.noSuchUpload',
  },
  {
    name: 'wrong CRC-64',
    action: { kind: 'crc', value: 'wrong' },
    places: [...bodies, 'Complete'],
    outcome: (place) => (place === 'Complete' ? 'transfer.crcMismatch' : 'survives'),
  },
  {
    name: 'wrong CRC-64 for good',
    action: { kind: 'crc', value: 'wrong' },
    times: Infinity,
    places: [...bodies, 'Complete'],
    outcome: 'transfer.crcMismatch',
  },
  {
    name: 'no CRC-64',
    action: { kind: 'crc', value: 'missing' },
    places: [...bodies, 'Complete'],
    outcome: (place) => (place === 'single PUT' ? 'survives unverified' : 'survives'),
  },
  { name: 'a bit flips', action: { kind: 'corrupt' }, places: bodies, outcome: 'survives' },
  {
    name: 'a bit flips for good',
    action: { kind: 'corrupt' },
    times: Infinity,
    places: bodies,
    outcome: 'transfer.crcMismatch',
  },
  { name: 'token expires', action: { kind: 'expireToken' }, outcome: 'survives' },
  { name: 'token expires twice', action: { kind: 'expireToken' }, times: 2, outcome: 'survives' },
  {
    name: '200 with an error in it',
    action: { kind: 'answer', status: 200, body: errorDocument },
    outcome: 'survives',
  },
  {
    name: '200 with an error in it, the work done',
    action: { kind: 'answer', status: 200, body: errorDocument, afterWork: true },
    outcome: 'survives',
  },
  {
    name: '200 that breaks off',
    action: { kind: 'answer', status: 200, body: '<?xml version="1.0"?><Initiate' },
    places: documents,
    outcome: 'survives',
  },
  {
    name: 'page of a gateway, 502',
    action: { kind: 'answer', status: 502, headers: html, body: '<html>Bad Gateway</html>' },
    outcome: 'survives',
  },
  {
    name: 'page of a login, 403',
    action: { kind: 'answer', status: 403, headers: html, body: '<html>Log in</html>' },
    times: Infinity,
    // The sandbox puts OSS's request id on it all the same; without one it is `answer.notUnderstood`.
    outcome: 'oss.accessDenied',
  },
  {
    name: 'redirect',
    action: { kind: 'answer', status: 307, headers: { location: 'https://example.com/' } },
    times: Infinity,
    outcome: 'answer.redirected',
  },
  {
    name: 'an answer without end',
    action: { kind: 'answer', status: 500, body: 'x'.repeat(3_000_000) },
    times: Infinity,
    outcome: 'answer.tooLarge',
  },
];
