import type { Operation, Service } from './operations';

/** One request as the sandbox received it. Contains no header, token or signature. */
export interface RequestLogEntry {
  readonly service: Service;
  readonly operation: Operation;
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly key?: string;
  readonly partNumber?: number;
  readonly uploadId?: string;
  /** The connection's number within its service, counted from 1. */
  readonly connection: number;
  readonly requestId: string;
  /** Kind of the fault that was applied, if any. */
  fault?: string;
  /** Bytes of the body that arrived, whether or not they were stored. */
  bytesReceived: number;
  /** Status of the response; undefined until one is sent. */
  status?: number;
  /** Error code of the response. */
  code?: string;
  /** The request has been handled, with or without a response. */
  ended: boolean;
}

export type RequestLogFilter = Partial<
  Pick<
    RequestLogEntry,
    'service' | 'operation' | 'key' | 'partNumber' | 'uploadId' | 'status' | 'code'
  >
>;

/** All requests in the order of their arrival. */
export class RequestLog {
  readonly entries: RequestLogEntry[] = [];
  private readonly waiting = new Set<() => void>();

  add(entry: RequestLogEntry): void {
    this.entries.push(entry);
    this.changed();
  }

  /** Called by the services whenever an entry has changed. */
  changed(): void {
    for (const check of [...this.waiting]) check();
  }

  select(filter: RequestLogFilter = {}): RequestLogEntry[] {
    const wanted = Object.entries(filter) as [keyof RequestLogFilter, unknown][];
    return this.entries.filter((entry) => wanted.every(([name, value]) => entry[name] === value));
  }

  count(filter: RequestLogFilter = {}): number {
    return this.select(filter).length;
  }

  /** Body bytes of all requests that match, including incomplete ones. */
  bytesReceived(filter: RequestLogFilter = {}): number {
    return this.select(filter).reduce((sum, entry) => sum + entry.bytesReceived, 0);
  }

  /** Waits for the first entry, existing or new, for which `found` is true; checks after every change. */
  when(found: (entry: RequestLogEntry) => boolean): Promise<RequestLogEntry> {
    return new Promise((resolve) => {
      const check = () => {
        const entry = this.entries.find(found);
        if (!entry) return;
        this.waiting.delete(check);
        resolve(entry);
      };
      this.waiting.add(check);
      check();
    });
  }

  clear(): void {
    this.entries.length = 0;
  }
}
