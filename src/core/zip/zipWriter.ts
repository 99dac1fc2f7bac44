import { setMaxListeners } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { ZipFile, type ReadStreamOptions } from 'yazl';
import { abortError, onAbort } from '../util/abort';
import { forEachLimit } from '../util/concurrency';
import { entryName, type FileTreeEntry, type FileTreeFile } from './fileTree';
import { assertUnchanged, openSnapshot, readFully } from './snapshot';

interface ZipWriterOptions {
  /** Takes the ZIP's bytes in their order. */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** Called with the number of bytes that were read of the files, as they are read. */
  readonly onRead: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** One read of a large file, bytes. Always the same, because zlib's output may depend on how its input is divided. */
const bufferBytes = 256 * 1024;
/** Larger files are streamed; the others are compressed as a whole, several at once. Bytes. */
const largeBytes = 4 * 1024 * 1024;
/** The limits of what may wait to be written: bytes, and number of entries. */
const waitingBytes = 16 * 1024 * 1024;
const waitingEntries = 256;
/** How much of a file is compressed to see whether the rest is worth it, and up to which size that is not tested; bytes. */
const sampleBytes = 64 * 1024;
const alwaysCompressedBytes = 16 * 1024;
/** Contents that shrink by less than 5 % are not worth it: a JAR or an image is compressed already. */
const worthwhile = 0.95;
const filesAtOnce = 4;
const level = 6;

/**
 * Every entry has the same time, so that the bytes do not depend on the time of packing. It is the one that Gradle
 * gives to reproducible archives: not the first that ZIP can represent, because some tools shift it by the time zone.
 * ZIP stores local time, so the bytes are the same in every time zone.
 */
const entryTime = (): Date => new Date(1980, 1, 1, 0, 0, 0);

/** The file type in Unix's `st_mode`. */
const kinds = { file: 0o100000, folder: 0o040000, link: 0o120000 };

/**
 * Writes entries as a ZIP, in their order. Equal entries give equal bytes, as long as zlib is the same.
 *
 * yazl writes the checksum of a streamed entry after its contents, which Java's `ZipInputStream` refuses for entries that
 * are not compressed ("only DEFLATED entries can have EXT descriptor"). So streamed files are always compressed, at the
 * fastest level when they are compressed already, and only files that are added as a whole are stored uncompressed.
 */
export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #stop = new AbortController();
  readonly #streams: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly options: ZipWriterOptions) {
    setMaxListeners(0, this.#stop.signal);
  }

  /** @throws CodedError `source.changed`, `source.notReadable`, and what `write` throws */
  async run(entries: readonly FileTreeEntry[]): Promise<void> {
    this.#zip.on('error', (error: unknown) => this.#fail(error));
    const stopListening = onAbort(this.options.signal, () => this.#fail(abortError()));
    await Promise.all([
      this.#addAll(entries).catch((error: unknown) => this.#fail(error)),
      this.#writeOutput().catch((error: unknown) => this.#fail(error)),
    ]);
    await Promise.all(this.#streams);
    stopListening();
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }

  /** Joins chunks: thousands of headers are a few bytes each. */
  async #writeOutput(): Promise<void> {
    const write = async (chunks: AsyncIterable<string | Buffer>): Promise<void> => {
      let waiting: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        waiting.push(chunk);
        bytes += chunk.length;
        if (bytes >= bufferBytes) {
          await this.options.write(Buffer.concat(waiting));
          [waiting, bytes] = [[], 0];
        }
      }
      await this.options.write(Buffer.concat(waiting));
    };
    await pipeline(this.#zip.outputStream, write, { signal: this.#stop.signal });
  }

  /**
   * yazl holds all that is added in memory, and only of a streamed entry it announces when it is written. So after a
   * batch of entries that are added as a whole comes a streamed one, which is waited for.
   */
  async #addAll(entries: readonly FileTreeEntry[]): Promise<void> {
    let batch: FileTreeEntry[] = [];
    let batchBytes = 0;
    const addBatch = async (): Promise<void> => {
      await this.#addWhole(batch);
      [batch, batchBytes] = [[], 0];
    };
    for (const entry of entries) {
      const size = entry.kind === 'file' ? entry.size : 0;
      const isBatchFull = batch.length >= waitingEntries || batchBytes + size > waitingBytes;
      if (entry.kind === 'file' && size > 0 && (size > largeBytes || isBatchFull)) {
        await addBatch();
        await this.#addStreamed(entry);
      } else {
        batch.push(entry);
        batchBytes += size;
        if (batch.length >= 2 * waitingEntries) {
          await addBatch();
        }
      }
    }
    await addBatch();
    this.#zip.end();
  }

  async #addWhole(batch: readonly FileTreeEntry[]): Promise<void> {
    const contents = new Map<FileTreeEntry, Contents>();
    const files = batch.filter((entry) => entry.kind === 'file' && entry.size > 0);
    await forEachLimit(
      files as readonly FileTreeFile[],
      filesAtOnce,
      async (file) => void contents.set(file, await this.#read(file)),
      this.#stop.signal,
    );
    for (const entry of batch) {
      const options = this.#optionsOf(entry);
      if (entry.kind === 'folder') {
        this.#zip.addEmptyDirectory(entryName(entry), options);
      } else {
        const empty = { bytes: entry.kind === 'link' ? entry.target : nothing, compress: false };
        const { bytes, compress } = contents.get(entry) ?? empty;
        this.#zip.addBuffer(bytes, entryName(entry), { ...options, compress });
      }
    }
    // Other work of this thread gets its turn.
    await setImmediate();
  }

  async #read(file: FileTreeFile): Promise<Contents> {
    const handle = await openSnapshot(file);
    try {
      const bytes = await readFully(handle, file.size, 0, file);
      await assertUnchanged(file, handle);
      this.options.onRead(bytes.length);
      return { bytes, compress: await isWorthCompressing(bytes) };
    } finally {
      await handle.close();
    }
  }

  async #addStreamed(file: FileTreeFile): Promise<void> {
    const handle = await openSnapshot(file);
    let compressionLevel: number;
    try {
      const sample = await readFully(handle, Math.min(sampleBytes, file.size), 0, file);
      compressionLevel = (await isWorthCompressing(sample)) ? level : 1;
    } catch (error) {
      await handle.close();
      throw error;
    }
    const stream = Readable.from(this.#blocksOf(handle, file), {
      objectMode: false,
      highWaterMark: bufferBytes,
      signal: this.#stop.signal,
    });
    this.#streams.push(
      finished(stream)
        .catch((error: unknown) => this.#fail(error))
        // Also when the stream was never read, and so its generator never ran.
        .then(() => handle.close()),
    );
    await new Promise<void>((resolve, reject) => {
      const stopListening = onAbort(this.#stop.signal, () => reject(abortError()));
      const options: Partial<ReadStreamOptions> = { ...this.#optionsOf(file), compressionLevel };
      this.#zip.addReadStreamLazy(entryName(file), options, (give) => {
        stopListening();
        resolve();
        give(null, stream);
      });
    });
  }

  async *#blocksOf(handle: FileHandle, file: FileTreeFile): AsyncGenerator<Buffer> {
    for (let position = 0; position < file.size; position += bufferBytes) {
      const length = Math.min(bufferBytes, file.size - position);
      const block = await readFully(handle, length, position, file);
      this.options.onRead(length);
      yield block;
    }
    await assertUnchanged(file, handle);
  }

  /** Permissions as with umask 022, so that the bytes do not depend on the computer. */
  #optionsOf(entry: FileTreeEntry): { mtime: Date; forceDosTimestamp: true; mode: number } {
    const isPlain = entry.kind === 'file' && !entry.isExecutable;
    const permissions = entry.kind === 'link' ? 0o777 : isPlain ? 0o644 : 0o755;
    return { mtime: entryTime(), forceDosTimestamp: true, mode: kinds[entry.kind] | permissions };
  }
}

interface Contents {
  readonly bytes: Buffer;
  readonly compress: boolean;
}

const nothing = Buffer.alloc(0);
const deflateInThread = promisify(deflateRaw);

async function isWorthCompressing(bytes: Buffer): Promise<boolean> {
  if (bytes.length <= alwaysCompressedBytes) {
    return true;
  }
  const sample = bytes.subarray(0, sampleBytes);
  const deflated = await deflateInThread(sample, { level });
  return deflated.length <= sample.length * worthwhile;
}
