import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import type { Bodies, StoredBody } from './bodies';
import { joinCrc64 } from './crc64';

/** An object in the bucket. */
export interface ObjectRecord {
  readonly key: string;
  readonly size: number;
  /** In quotes, as in the header. */
  readonly etag: string;
  readonly crc64?: bigint;
  /** Service's time, ms since 1970. */
  readonly lastModified: number;
  /** Content-Type, x-oss-meta-* and the like, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly type: 'Normal' | 'Multipart';
  readonly bodies: readonly StoredBody[];
}

/** The objects in the bucket. Keys are sorted by their UTF-8 bytes, as OSS lists them. */
export class Objects {
  private readonly records = new Map<string, ObjectRecord>();
  /** In the order of a listing; computed on demand, because sorting many keys is slow. */
  private sorted: readonly ObjectRecord[] | undefined;

  constructor(private readonly bodies: Bodies) {}

  /** Stores an object, and replaces an existing one with the same key. */
  async put(record: ObjectRecord): Promise<void> {
    const old = this.records.get(record.key);
    this.records.set(record.key, record);
    this.sorted = undefined;
    if (old) await this.bodies.drop(old.bodies);
  }

  get(key: string): ObjectRecord | undefined {
    return this.records.get(key);
  }

  exists(key: string): boolean {
    return this.records.has(key);
  }

  async delete(key: string): Promise<void> {
    const old = this.records.get(key);
    this.records.delete(key);
    this.sorted = undefined;
    if (old) await this.bodies.drop(old.bodies);
  }

  list(prefix = ''): ObjectRecord[] {
    this.sorted ??= [...this.records.values()].sort((a, b) => compareKeys(a.key, b.key));
    return this.sorted.filter(({ key }) => key.startsWith(prefix));
  }

  /** The bytes `from` to `to` (exclusive; default all). */
  stream(record: ObjectRecord, from = 0, to = record.size): Readable {
    return this.bodies.read(record.bodies, from, to);
  }

  async read(key: string): Promise<Buffer> {
    const record = this.records.get(key);
    if (!record) throw new Error(`no object ${key}`);
    return Buffer.concat((await this.stream(record).toArray()) as Buffer[]);
  }
}

export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** ETag of a body: its MD5 or, where none was computed, another value, as OSS has for encrypted objects. */
export function etagOf({ md5, crc64, size }: StoredBody): string {
  const text = md5?.toString('hex') ?? (crc64 ?? BigInt(size)).toString(16).padStart(32, '0');
  return `"${text.toUpperCase()}"`;
}

/** ETag of a multipart object: made of its parts' ETags, not an MD5 of the bytes. */
export function multipartEtagOf(etags: readonly string[]): string {
  const hash = createHash('md5').update(etags.join()).digest('hex').toUpperCase();
  return `"${hash}-${etags.length}"`;
}

/** CRC-64 of concatenated bodies; undefined when one of them has none. */
export function crcOfAll(bodies: readonly StoredBody[]): bigint | undefined {
  let crc: bigint | undefined = 0n;
  for (const body of bodies)
    crc =
      body.crc64 === undefined || crc === undefined
        ? undefined
        : joinCrc64(crc, body.crc64, body.size);
  return crc;
}
