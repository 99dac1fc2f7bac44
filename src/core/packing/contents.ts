import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, createDeflateRaw, deflateRaw, deflateRawSync } from 'node:zlib';
import { fill, readListed } from './listedFile';
import type { Extent, Spool } from './spool';
import type { TreeFile } from './tree';

/** A file's bytes as they go into the ZIP. */
export interface Contents {
  /** Of the bytes before compression. */
  readonly crc32: number;
  /** Where the compressed bytes lie in the spool, in their order; undefined when the file goes in as it is. */
  readonly deflated?: readonly Extent[];
}

export interface TakeOptions {
  /** Takes what is compressed; without it nothing is. */
  readonly spool?: Spool;
  /** Told of bytes that were read, as they are read; in the end they are the file's size. */
  readonly onRead: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** One read; also how much of a file is compressed to see whether the rest is worth it. Bytes. */
const blockBytes = 256 * 1024;
/** What shrinks by less than a twentieth goes in as it is: a JAR or a picture is compressed already. */
const worthwhile = 0.95;
const level = 6;
/**
 * Up to here a file is compressed on the spot, which takes at most a millisecond. To hand a small one to another
 * thread and back takes 0.9 ms, a multiple of its compression; a folder of classes has thousands. Bytes.
 */
const smallBytes = 16 * 1024;
const deflateInThread = promisify(deflateRaw);

/**
 * Reads a file for its checksum, and compresses it into the spool when that makes it notably smaller.
 *
 * @throws CodedError `source.changed`, `source.notReadable`, `disk.full`, `disk.notWritable`
 */
export async function takeContents(file: TreeFile, options: TakeOptions): Promise<Contents> {
  if (file.size === 0) {
    return { crc32: 0 };
  }
  return readListed(file, async (handle) => {
    const { spool } = options;
    const head = Buffer.allocUnsafe(Math.min(blockBytes, file.size));
    await fill(handle, head, 0, file);
    const deflatedHead = spool && (await deflate(head));
    const isWorthwhile =
      deflatedHead !== undefined && deflatedHead.length <= head.length * worthwhile;
    if (head.length === file.size) {
      options.onRead(head.length);
      return {
        crc32: crc32(head),
        ...(spool && isWorthwhile && { deflated: [await spool.append(deflatedHead)] }),
      };
    }
    return spool && isWorthwhile
      ? deflateWhole(handle, file, spool, options)
      : { crc32: await checksum(handle, file, options) };
  });
}

async function deflate(bytes: Buffer): Promise<Buffer> {
  return bytes.length <= smallBytes
    ? deflateRawSync(bytes, { level })
    : deflateInThread(bytes, { level });
}

async function checksum(handle: FileHandle, file: TreeFile, options: TakeOptions): Promise<number> {
  let crc = 0;
  for await (const block of blocksOf(handle, file, options)) {
    crc = crc32(block, crc);
  }
  return crc;
}

async function deflateWhole(
  handle: FileHandle,
  file: TreeFile,
  spool: Spool,
  options: TakeOptions,
): Promise<Contents> {
  const extents: Extent[] = [];
  let crc = 0;
  await pipeline(
    async function* () {
      for await (const block of blocksOf(handle, file, options)) {
        crc = crc32(block, crc);
        // A copy, because the pipeline may ask for the next block before this one is used up.
        yield Buffer.from(block);
      }
    },
    createDeflateRaw({ level, chunkSize: blockBytes }),
    async (deflated: AsyncIterable<Buffer>) => {
      for await (const chunk of deflated) {
        extents.push(await spool.append(chunk));
      }
    },
  );
  const deflatedBytes = extents.reduce((sum, each) => sum + each.length, 0);
  return { crc32: crc, ...(deflatedBytes < file.size && { deflated: extents }) };
}

/** The file block by block. Each block's memory is used again for the next. */
async function* blocksOf(
  handle: FileHandle,
  file: TreeFile,
  { onRead, signal }: TakeOptions,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(blockBytes);
  for (let position = 0; position < file.size; position += blockBytes) {
    signal?.throwIfAborted();
    const block = buffer.subarray(0, Math.min(blockBytes, file.size - position));
    await fill(handle, block, position, file);
    onRead(block.length);
    yield block;
  }
}
