import type { ErrorCode } from './errorClasses';

export type { ErrorCode } from './errorClasses';

/** What is known about a failure besides its code. All of it may be shown: nothing here is secret. */
export interface ErrorFacts {
  /** Host of the server, without scheme. */
  readonly host?: string;
  /** Set when a connection failed to an endpoint that only computers inside Alibaba Cloud reach. */
  readonly privateEndpoint?: 'vpc' | 'internal';
  readonly httpStatus?: number;
  /** The server's own code, for instance `InvalidAccessKeyId.NotFound`. */
  readonly serverCode?: string;
  /** The server's own sentence, redacted. */
  readonly serverMessage?: string;
  readonly requestId?: string;
  /** OSS's fine-grained code, for instance `0003-00000001`. */
  readonly ec?: string;
  /** https page of the provider about this failure. */
  readonly recommendUrl?: string;
  /** How long to wait according to the server, ms. */
  readonly retryAfterMs?: number;
  /** Server's clock minus ours, ms. */
  readonly clockOffsetMs?: number;
  /** Name of the field, setting, file or object key that is wrong. */
  readonly subject?: string;
  /** What is wrong with the subject, or which limit it broke, as data for the sentence. */
  readonly detail?: string;
  /** A limit or a size, bytes. */
  readonly bytes?: number;
  /** EDAS's id of the deployment. */
  readonly changeOrderId?: string;
  /** Where in a deployment it happened, as EDAS names it: batch, stage and task. */
  readonly stage?: string;
  /** The instance or pod that it happened on, as EDAS names it. */
  readonly instance?: string;
  /** RAM action that the server says is not allowed, for instance `edas:GetPackageStorageCredential`. */
  readonly ramAction?: string;
  /** Path of a local file. */
  readonly file?: string;
  /** Line in that file, from 1. */
  readonly line?: number;
}

/** An expected failure. Anything else that is thrown is a bug. */
export class CodedError extends Error {
  override readonly name = 'CodedError';

  constructor(
    readonly code: ErrorCode,
    readonly facts: ErrorFacts = {},
    options?: { cause?: unknown },
  ) {
    super(describe(code, facts), options);
  }
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is CodedError {
  return error instanceof CodedError && (codes.length === 0 || codes.includes(error.code));
}

/** True for what an aborted `AbortSignal` makes its waiters throw. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The line for a log: code and facts, no sentence. */
function describe(code: ErrorCode, facts: ErrorFacts): string {
  const shown = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  return shown.length === 0 ? code : `${code} (${shown.join(', ')})`;
}
