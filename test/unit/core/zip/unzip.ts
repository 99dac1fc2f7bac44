import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

export interface Unzipped {
  /** Type and permissions, as in `st_mode`. */
  readonly mode: number;
  readonly isDeflated: boolean;
  readonly isUtf8: boolean;
  /** DOS date and time. */
  readonly time: number;
  readonly bytes: Buffer;
}

/**
 * Reads a ZIP with another library than the one that wrote it. The library checks the sizes; this function checks the
 * checksums, and that each local header agrees with the central directory.
 */
export async function unzip(zip: Buffer): Promise<Map<string, Unzipped>> {
  const file = await openBuffer(zip);
  const found = new Map<string, Unzipped>();
  for await (const entry of entriesOf(file)) {
    const bytes = await buffer(await streamOf(file, entry));
    const header = zip.subarray(entry.relativeOffsetOfLocalHeader);
    assert.equal(crc32(bytes), entry.crc32, entry.fileName);
    // Checksum and sizes follow the contents: Java accepts this only for compressed contents.
    const isStreamed = (entry.generalPurposeBitFlag & 8) !== 0;
    assert.ok(!isStreamed || entry.compressionMethod === 8, entry.fileName);
    assert.deepEqual(
      [header.readUInt16LE(6), header.readUInt16LE(8), ...[14, 18, 22].map(readAt(header))],
      [
        entry.generalPurposeBitFlag,
        entry.compressionMethod,
        ...(isStreamed ? [0, 0, 0] : [entry.crc32, entry.compressedSize, entry.uncompressedSize]),
      ],
      `the header of ${entry.fileName}`,
    );
    found.set(entry.fileName, {
      mode: entry.externalFileAttributes >>> 16,
      isDeflated: entry.compressionMethod === 8,
      isUtf8: (entry.generalPurposeBitFlag & 0x800) !== 0,
      time: entry.lastModFileDate * 0x10000 + entry.lastModFileTime,
      bytes,
    });
  }
  return found;
}

async function openBuffer(zip: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(zip, { lazyEntries: true, strictFileNames: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
}

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  for (let entry = await next(file); entry !== undefined; entry = await next(file)) {
    yield entry;
  }
}

async function streamOf(file: ZipFile, entry: Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

async function next(file: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => (): void => {
      file.removeAllListeners();
      finish();
    };
    file.once('entry', (entry: Entry) => settle(() => resolve(entry))());
    file.once(
      'end',
      settle(() => resolve(undefined)),
    );
    file.once('error', (error: Error) => settle(() => reject(error))());
    file.readEntry();
  });
}

function readAt(header: Buffer): (offset: number) => number {
  return (offset) => header.readUInt32LE(offset);
}
