import type { Readable } from 'node:stream';

/** A response to the client. A body that is a stream needs its Content-Length in the headers. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** The service's error code, for the request log. */
  readonly code?: string;
}
