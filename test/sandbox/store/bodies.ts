import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';

import type { StoreMode } from '../options';
import type { Exchange } from '../server/exchange';
import { startCrc64 } from './crc64';

/** A body that was received completely. */
export interface StoredBody {
  /** Undefined unless the mode is `disk`. */
  readonly file?: string;
  readonly size: number;
  /** Undefined unless the mode is `disk`, or the client sent a Content-MD5 to compare. */
  readonly md5?: Buffer;
  /** Undefined in mode `sink`. */
  readonly crc64?: bigint;
}

/** Stores bodies in a folder, one file each. Memory use does not depend on their size. */
export class Bodies {
  private count = 0;

  private constructor(
    readonly folder: string,
    readonly mode: StoreMode,
    private readonly temporary: boolean,
  ) {
    if (temporary) process.once('exit', this.remove);
  }

  static async open(mode: StoreMode, folder?: string): Promise<Bodies> {
    if (folder) await mkdir(folder, { recursive: true });
    const bodyFolder = folder ?? (await mkdtemp(path.join(tmpdir(), 'edas-sandbox-')));
    return new Bodies(bodyFolder, mode, folder === undefined);
  }

  /** Stores the body of a request. An incomplete body leaves no file. */
  take(exchange: Exchange): Promise<StoredBody> {
    const hasMd5 = exchange.header('content-md5') !== undefined;
    return this.store((write) => exchange.receive({ write }), hasMd5);
  }

  /** Stores bytes `from` to `to` (exclusive) of concatenated bodies as a new body. */
  copy(bodies: readonly StoredBody[], from: number, to: number): Promise<StoredBody> {
    return this.store(async (write) => {
      for await (const chunk of ranges(bodies, from, to)) await write(chunk);
    });
  }

  private async store(
    fill: (write: (chunk: Buffer) => Promise<void> | undefined) => Promise<unknown>,
    hasMd5 = false,
  ): Promise<StoredBody> {
    const md5 = this.mode === 'disk' || hasMd5 ? createHash('md5') : undefined;
    const crc = this.mode === 'sink' ? undefined : await startCrc64();
    const file = this.mode === 'disk' ? path.join(this.folder, `${++this.count}.body`) : undefined;
    const handle = file === undefined ? undefined : await open(file, 'wx');
    let size = 0;
    try {
      await fill((chunk) => {
        size += chunk.length;
        md5?.update(chunk);
        crc?.update(chunk);
        return handle && writeAll(handle, chunk);
      });
    } catch (error) {
      await handle?.close();
      if (file !== undefined) await rm(file, { force: true });
      throw error;
    }
    await handle?.close();
    return {
      size,
      ...(file !== undefined && { file }),
      ...(md5 && { md5: md5.digest() }),
      ...(crc && { crc64: crc.take() }),
    };
  }

  /** Bytes `from` to `to` (exclusive) of concatenated bodies. */
  read(bodies: readonly StoredBody[], from: number, to: number): Readable {
    return Readable.from(ranges(bodies, from, to), { objectMode: false });
  }

  async drop(bodies: readonly StoredBody[]): Promise<void> {
    for (const { file } of bodies) if (file !== undefined) await rm(file, { force: true });
  }

  async close(): Promise<void> {
    if (!this.temporary) return;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', this.remove);
  }

  private readonly remove = () => rmSync(this.folder, { recursive: true, force: true });
}

async function writeAll(handle: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;)
    at += (await handle.write(chunk, at, chunk.length - at)).bytesWritten;
}

async function* ranges(bodies: readonly StoredBody[], from: number, to: number) {
  let start = 0;
  for (const { file, size } of bodies) {
    const [first, last] = [Math.max(from - start, 0), Math.min(to - start, size) - 1];
    start += size;
    if (first > last) continue;
    if (file === undefined) throw new Error('bodies are not stored in this mode');
    yield* createReadStream(file, { start: first, end: last }) as AsyncIterable<Buffer>;
  }
}
