import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { toChangedError } from '../errors/fileErrors';
import type { OpenSource, Range } from '../transfer/source';
import { inLanes } from './lanes';
import type { Layout, Segment } from './layout';
import { checkListed, fill, readListed } from './listedFile';
import type { Spool } from './spool';
import type { Tree, TreeFile } from './tree';

/** Files whose state is asked for at the same time. */
const lanes = 8;

/** A ZIP whose bytes can be read at any position, in any order, by several readers, and again. */
export class OpenZip implements OpenSource {
  constructor(
    /** What went in. */
    readonly tree: Tree,
    private readonly layout: Layout,
    private readonly spool: Spool | undefined,
  ) {}

  /** Bytes. */
  get size(): number {
    return this.layout.size;
  }

  /** When the youngest of its files was changed, ms since 1970. */
  get mtimeMs(): number {
    return this.tree.entries.reduce(
      (latest, each) => (each.kind === 'file' ? Math.max(latest, each.mtimeMs) : latest),
      0,
    );
  }

  /**
   * @returns how many bytes it gave: as many as the buffer takes, fewer only at the end
   * @throws CodedError `source.changed`, `source.notReadable`
   */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    const end = Math.min(position + buffer.length, this.size);
    for (let at = position, index = this.#indexAt(position); at < end; index += 1) {
      const segment = this.layout.segments[index];
      if (segment === undefined) {
        throw new RangeError('The layout has a gap.');
      }
      const skipped = at - segment.start;
      const length = Math.min(segment.length - skipped, end - at);
      const target = buffer.subarray(at - position, at - position + length);
      const copying = this.#copy(segment, segment.offset + skipped, target);
      // Thousands of headers are copied at once: to wait for each would take longer than to copy it.
      if (copying !== undefined) {
        await copying;
      }
      at += length;
    }
    return Math.max(0, end - position);
  }

  /**
   * Compares the files that are not compressed. Those that are were read once, and what was read is what goes out.
   *
   * @param range of many thousands of files, those alone that hold these bytes
   * @throws CodedError `source.changed`, `source.notReadable`
   */
  async verifyUnchanged(range?: Range): Promise<void> {
    await inLanes(this.#filesIn(range), lanes, async (file) => {
      const stats = await stat(file.path).catch((error: unknown) => {
        throw toChangedError(error, file.path);
      });
      checkListed(file, stats);
    });
  }

  /**
   * Of all headers and the directory. They hold the size and the CRC-32 of each file, so what stands anywhere in the
   * ZIP shows. Another zlib may compress the same bytes to others of the same length.
   */
  fingerprint(): string {
    const hash = createHash('sha256').update(this.layout.frame);
    return hash.update(process.versions.zlib).digest('hex');
  }

  async close(): Promise<void> {
    await this.spool?.close();
  }

  /** The files that are not compressed, each once. */
  #filesIn(range: Range | undefined): readonly TreeFile[] {
    const { segments } = this.layout;
    const touched =
      range === undefined
        ? segments
        : segments.slice(
            this.#indexAt(range.start),
            this.#indexAt(range.start + range.length - 1) + 1,
          );
    const files = touched.flatMap(({ from }) => (typeof from === 'object' ? [from] : []));
    return [...new Set(files)];
  }

  #copy({ from }: Segment, offset: number, target: Uint8Array): Promise<void> | undefined {
    if (from === 'frame') {
      target.set(this.layout.frame.subarray(offset, offset + target.length));
      return undefined;
    }
    return from === 'spool'
      ? this.spool?.read(target, offset)
      : readListed(from, (handle) => fill(handle, target, offset, from));
  }

  /** Index of the segment that holds the position. */
  #indexAt(position: number): number {
    const { segments } = this.layout;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = segments[middle];
      if (segment !== undefined && segment.start + segment.length <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
