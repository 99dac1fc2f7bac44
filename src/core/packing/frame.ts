import { buffer } from 'node:stream/consumers';
import type { ZipFile } from 'yazl';

/** What the ZIP says of an entry. */
export interface FrameEntry {
  /** With `/` between names; a folder's ends with one. */
  readonly name: string;
  /** As in Unix's `st_mode`: kind and permissions. */
  readonly mode: number;
  readonly crc32: number;
  /** Bytes, before compression and as they stand in the ZIP. */
  readonly size: number;
  readonly storedSize: number;
  readonly isDeflated: boolean;
}

/** What stands around an entry's contents. */
export interface EntryFrame {
  readonly before: Buffer;
  /** Empty but for contents of 4 GiB and more. */
  readonly after: Buffer;
}

/** Sizes from here on do not go into a local header. Bytes. */
const tooLargeForHeader = 0xffffffff;

/**
 * Makes a ZIP without its contents: yazl makes the headers and the directory, and knows when ZIP64 is needed.
 *
 * Not through yazl's streams, for three reasons. They give each byte once and in order, but a transfer reads several
 * parts at a time, and again what failed. They write the checksum of an entry behind its contents, which Java's
 * `ZipInputStream` refuses for what is not compressed ("only DEFLATED entries can have EXT descriptor"). And the size
 * that yazl 3.3.1 foretells is 76 bytes too much when the directory has 64 KiB to 4 GiB. So the entries are told
 * their checksums and sizes before their headers are made. yazl's documents do not describe how; the tests hold it.
 */
export class ZipFrame {
  readonly #zip: YazlInside;
  /**
   * Every entry has the same time, so that the time of packing does not show in the bytes. It is the one that Gradle
   * gives to reproducible archives: not the first that ZIP can write, because some tools shift it by the time zone.
   * ZIP keeps the hour as a clock on the wall shows it, so the bytes are the same in every time zone.
   */
  readonly #time = new Date(1980, 1, 1, 0, 0, 0);

  private constructor(zip: ZipFile) {
    this.#zip = zip as unknown as YazlInside;
    // Or each header would be made at once, and wait for contents.
    this.#zip.allDone = true;
  }

  static async create(): Promise<ZipFrame> {
    const yazl = await import('yazl');
    return new ZipFrame(new yazl.ZipFile());
  }

  /** @param position where the entry begins in the ZIP, bytes */
  add(entry: FrameEntry, position: number): EntryFrame {
    const options = { mtime: this.#time, forceDosTimestamp: true, mode: entry.mode };
    if (entry.name.endsWith('/')) {
      this.#zip.addEmptyDirectory(entry.name, options);
    } else {
      this.#zip.addReadStreamLazy(entry.name, { ...options, compress: entry.isDeflated }, noStream);
    }
    const inside = this.#zip.entries.at(-1);
    if (inside === undefined) {
      throw new TypeError('yazl took no entry.');
    }
    inside.crc32 = entry.crc32;
    inside.uncompressedSize = entry.size;
    inside.compressedSize = entry.storedSize;
    inside.crcAndFileSizeKnown = Math.max(entry.size, entry.storedSize) < tooLargeForHeader;
    inside.relativeOffsetOfLocalHeader = position;
    inside.state = done;
    return { before: inside.getLocalFileHeader(), after: inside.getDataDescriptor() };
  }

  /** @param position where the directory begins in the ZIP, bytes */
  async directory(position: number): Promise<Buffer> {
    this.#zip.outputStreamCursor = position;
    this.#zip.allDone = false;
    this.#zip.end();
    return buffer(this.#zip.outputStream);
  }
}

/** yazl's `Entry.FILE_DATA_DONE`. */
const done = 3;

function noStream(): never {
  throw new TypeError('yazl asked for contents.');
}

/** What we use of yazl 3.3 that its types leave out. */
interface YazlInside extends Pick<
  ZipFile,
  'addEmptyDirectory' | 'addReadStreamLazy' | 'end' | 'outputStream'
> {
  readonly entries: YazlEntry[];
  outputStreamCursor: number;
  /** Keeps yazl from writing. */
  allDone: boolean;
}

interface YazlEntry {
  crc32: number;
  uncompressedSize: number;
  compressedSize: number;
  /** Else both stand behind the contents. */
  crcAndFileSizeKnown: boolean;
  relativeOffsetOfLocalHeader: number;
  state: number;
  getLocalFileHeader(): Buffer;
  getDataDescriptor(): Buffer;
}
