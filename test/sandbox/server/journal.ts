import type { Operation, Service } from './operations';

/** One request as the sandbox saw it. Holds no header, token or signature. */
export interface JournalEntry {
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
  /** Kind of the fault that was played, if any. */
  fault?: string;
  /** Bytes of the body that arrived, whatever became of them. */
  bytesReceived: number;
  /** Of the answer; undefined while there is none, and for good if it was never sent. */
  status?: number;
  /** Error code of the answer. */
  code?: string;
  /** The exchange is over, answered or not. */
  ended: boolean;
}

export type JournalFilter = Partial<
  Pick<
    JournalEntry,
    'service' | 'operation' | 'key' | 'partNumber' | 'uploadId' | 'status' | 'code'
  >
>;

/** All requests in the order of their arrival. */
export class RequestLog {
  readonly entries: JournalEntry[] = [];
  private readonly waiting = new Set<() => void>();

  add(entry: JournalEntry): void {
    this.entries.push(entry);
    this.changed();
  }

  /** Called by the services whenever an entry has changed. */
  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  select(filter: JournalFilter = {}): JournalEntry[] {
    const wanted = Object.entries(filter) as [keyof JournalFilter, unknown][];
    return this.entries.filter((entry) => wanted.every(([name, value]) => entry[name] === value));
  }

  count(filter: JournalFilter = {}): number {
    return this.select(filter).length;
  }

  /** Body bytes of all requests that match, those of broken ones too. */
  bytesReceived(filter: JournalFilter = {}): number {
    return this.select(filter).reduce((sum, entry) => sum + entry.bytesReceived, 0);
  }

  /** The first entry, present or to come, for which `found` holds; looked at whenever something changes. */
  when(found: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => {
      const look = () => {
        const entry = this.entries.find(found);
        if (!entry) return;
        this.waiting.delete(look);
        resolve(entry);
      };
      this.waiting.add(look);
      look();
    });
  }

  clear(): void {
    this.entries.length = 0;
  }
}
