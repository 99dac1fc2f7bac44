import type { Operation, Service } from './operations';

/** What happens to a request instead of its normal processing. */
export type FaultAction =
  /** The connection is reset (RST) after so many bytes of the body; default 0. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Stops reading after so many bytes of the body (default 0) and never responds; the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Reads the body no faster than this. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Responds after a delay, ms; the request is processed after the delay, or before it with `afterWork`. */
  | { readonly kind: 'delay'; readonly ms: number; readonly afterWork?: boolean }
  /**
   * Responds with an error in the service's format. Normally the body is read; with `reset` the response is written at
   * once and the connection reset, so that the client may or may not see the response.
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
  /** Sends this response to any request: HTML, invalid data, a 200 with an error document, something huge. */
  | {
      readonly kind: 'respond';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
      /** The request is processed first, then this response is sent. */
      readonly afterWork?: boolean;
    }
  /** Processes the request; the response is shorter than its Content-Length, then the connection is closed. */
  | { readonly kind: 'truncateResponse' }
  /** Processes the request; the connection is reset before the first byte of the response. */
  | { readonly kind: 'loseResponse' }
  /** The response's `x-oss-hash-crc64ecma` is wrong or missing. */
  | { readonly kind: 'crc'; readonly value: 'wrong' | 'missing' }
  /** A bit of the body is flipped: the stored bytes, and the CRC-64 and ETag in the response, are different. */
  | { readonly kind: 'corrupt' }
  /** The STS token of the request expires now, for all requests that use it. */
  | { readonly kind: 'expireToken' };

/** The requests to match; a field that is left out matches everything. */
export interface FaultMatch {
  readonly service?: Service;
  readonly operation?: Operation | readonly Operation[];
  readonly key?: string | RegExp;
  readonly partNumber?: number | readonly number[];
  /** Only from the nth matching request on, counted from 1. */
  readonly nth?: number;
  /** The maximum number of times; default 1. Infinity: always. */
  readonly times?: number;
}

export interface FaultSubject {
  readonly service: Service;
  readonly operation: Operation;
  readonly key?: string;
  readonly partNumber?: number;
}

/** A fault and how often it was applied. */
export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
  /** Requests that matched so far. */
  matched: number;
  /** The number of times it was applied. */
  applied: number;
}

/** The faults of one sandbox. The first that matches a request is applied; a request has at most one. */
export class Faults {
  readonly all: Fault[] = [];

  add(match: FaultMatch, action: FaultAction): Fault {
    const fault: Fault = { match, action, matched: 0, applied: 0 };
    this.all.push(fault);
    return fault;
  }

  clear(): void {
    this.all.length = 0;
  }

  /** The fault to apply to this request; it is counted. */
  take(subject: FaultSubject): FaultAction | undefined {
    let taken: Fault | undefined;
    for (const fault of this.all) {
      if (!matches(fault.match, subject)) continue;
      fault.matched++;
      const due =
        fault.matched >= (fault.match.nth ?? 1) && fault.applied < (fault.match.times ?? 1);
      if (due && !taken) taken = fault;
    }
    if (taken) taken.applied++;
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
