import type { Readable } from 'node:stream';

/** What goes back to the client. A body that is a stream needs its Content-Length in the headers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** The service's error code, for the journal. */
  readonly code?: string;
}
