import type { Operation, Service } from './operations';

/** What goes wrong with a request. */
export type FaultAction =
  /** The connection is reset (RST) after so many bytes of the body; default 0. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Reads no more after so many bytes of the body (default 0) and never answers; the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Reads the body no faster than this. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Answers later, ms; the work is done after that, or before. */
  | { readonly kind: 'delay'; readonly ms: number; readonly afterWork?: boolean }
  /**
   * Refuses in the service's own shape. Normally the body is then drained; with `reset` the answer is written at once
   * and the connection reset, so that the client may or may not see it.
   */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly reset?: boolean;
    }
  /** Sends just this, whatever was asked: HTML, rubbish, a 200 that holds an error, something huge. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
      /** The work is done first, then this is answered. */
      readonly afterWork?: boolean;
    }
  /** Does the work; its answer breaks off in the middle (Content-Length says more), then the connection is reset. */
  | { readonly kind: 'halfAnswer' }
  /** Does the work; the connection is reset before a byte of the answer. */
  | { readonly kind: 'loseAnswer' }
  /** The answer's `x-oss-hash-crc64ecma` is wrong, or not there. */
  | { readonly kind: 'crc'; readonly value: 'wrong' | 'missing' }
  /** A bit of the body flips on the way: stored wrong, and the answer's CRC-64 and ETag tell so. */
  | { readonly kind: 'corrupt' }
  /** The STS token that came with the request is expired from now on, for every lane that uses it. */
  | { readonly kind: 'expireToken' };

/** Which requests; what is left out matches everything. */
export interface FaultMatch {
  readonly service?: Service;
  readonly operation?: Operation | readonly Operation[];
  readonly key?: string | RegExp;
  readonly partNumber?: number | readonly number[];
  /** Only from the nth matching request on, counted from 1. */
  readonly nth?: number;
  /** At most so often; default 1. Infinity: always. */
  readonly times?: number;
}

export interface FaultSubject {
  readonly service: Service;
  readonly operation: Operation;
  readonly key?: string;
  readonly partNumber?: number;
}

/** A fault that waits for its requests. */
export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
  /** Requests that matched so far. */
  seen: number;
  /** How often it was played. */
  played: number;
}

/** The faults of one sandbox. The first that matches a request is played; a request has at most one. */
export class Faults {
  readonly all: Fault[] = [];

  add(match: FaultMatch, action: FaultAction): Fault {
    const fault: Fault = { match, action, seen: 0, played: 0 };
    this.all.push(fault);
    return fault;
  }

  clear(): void {
    this.all.length = 0;
  }

  /** The fault to play for this request. */
  take(subject: FaultSubject): FaultAction | undefined {
    let taken: Fault | undefined;
    for (const fault of this.all) {
      if (!matches(fault.match, subject)) continue;
      fault.seen++;
      const due = fault.seen >= (fault.match.nth ?? 1) && fault.played < (fault.match.times ?? 1);
      if (due && !taken) taken = fault;
    }
    if (taken) taken.played++;
    return taken?.action;
  }
}

function matches(match: FaultMatch, subject: FaultSubject): boolean {
  const { service, operation, key, partNumber } = match;
  return (
    (service === undefined || service === subject.service) &&
    (operation === undefined || [operation].flat().includes(subject.operation)) &&
    (key === undefined ||
      (typeof key === 'string' ? key === subject.key : key.test(subject.key ?? ''))) &&
    (partNumber === undefined ||
      (subject.partNumber !== undefined && [partNumber].flat().includes(subject.partNumber)))
  );
}
