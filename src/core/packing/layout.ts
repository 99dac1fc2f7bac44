import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Contents } from './contents';
import { ZipFrame } from './frame';
import { entryName, type TreeEntry, type TreeFile } from './tree';

/** A stretch of the ZIP, and where its bytes come from. */
export interface Segment {
  /** Position in the ZIP, bytes. */
  readonly start: number;
  readonly length: number;
  /** The file that holds the bytes, or the spool, or the layout's `frame`. */
  readonly from: TreeFile | 'spool' | 'frame';
  /** Position there, bytes. */
  readonly offset: number;
}

/** A ZIP that is written nowhere: it is known so well that any stretch of it can be made when it is asked for. */
export interface Layout {
  /** Of the ZIP, bytes. */
  readonly size: number;
  /** By position, without gaps and without empty ones. */
  readonly segments: readonly Segment[];
  /** All headers, links and the directory, one behind the other. */
  readonly frame: Buffer;
}

/** The part of Unix's `st_mode` that says what an entry is. */
const kinds = { file: 0o100000, folder: 0o040000, link: 0o120000 };

/** Others get their turn after so many: these take some 10 ms, and a package may have a hundred thousand. */
const entriesAtOnce = 1_000;

/** Lays the entries out in their order. */
export async function layOut(
  entries: readonly TreeEntry[],
  contents: ReadonlyMap<TreeFile, Contents>,
): Promise<Layout> {
  const zip = await ZipFrame.create();
  const layout = new LayoutBuilder();
  for (const [index, entry] of entries.entries()) {
    if (index % entriesAtOnce === 0) {
      await setImmediate();
    }
    const body = bodyOf(entry, contents);
    const frame = zip.add({ name: entryName(entry), mode: modeOf(entry), ...body }, layout.size);
    layout.addFrame(frame.before);
    layout.addFrame(body.literal);
    body.pieces.forEach((piece) => layout.add(piece));
    layout.addFrame(frame.after);
  }
  layout.addFrame(await zip.directory(layout.size));
  return layout.build();
}

/** Permissions as umask 022 gives them: on whose computer it was packed does not show in the bytes. */
function modeOf(entry: TreeEntry): number {
  const isPlain = entry.kind === 'file' && !entry.isExecutable;
  return kinds[entry.kind] | (entry.kind === 'link' ? 0o777 : isPlain ? 0o644 : 0o755);
}

type Piece = Omit<Segment, 'start'>;

/** An entry's bytes, and what its header says of them. */
interface Body {
  readonly crc32: number;
  /** Bytes, before compression and as they stand in the ZIP. */
  readonly size: number;
  readonly storedSize: number;
  readonly isDeflated: boolean;
  /** Bytes that are given here, before those that lie elsewhere. */
  readonly literal: Buffer;
  readonly pieces: readonly Piece[];
}

const nothing = Buffer.alloc(0);

function bodyOf(entry: TreeEntry, contents: ReadonlyMap<TreeFile, Contents>): Body {
  if (entry.kind !== 'file') {
    const literal = entry.kind === 'link' ? Buffer.from(entry.target) : nothing;
    const size = literal.length;
    const crc = crc32(literal);
    return { crc32: crc, size, storedSize: size, isDeflated: false, literal, pieces: [] };
  }
  const taken = contents.get(entry);
  if (taken === undefined) {
    throw new TypeError(`Nothing was read of ${entry.name}.`);
  }
  const pieces: readonly Piece[] = taken.deflated?.map((extent) => ({
    from: 'spool',
    ...extent,
  })) ?? [{ from: entry, offset: 0, length: entry.size }];
  return {
    crc32: taken.crc32,
    size: entry.size,
    storedSize: pieces.reduce((sum, { length }) => sum + length, 0),
    isDeflated: taken.deflated !== undefined,
    literal: nothing,
    pieces,
  };
}

class LayoutBuilder {
  size = 0;
  readonly #segments: Segment[] = [];
  readonly #frame: Buffer[] = [];
  #frameBytes = 0;

  add({ from, offset, length }: Piece): void {
    if (length === 0) {
      return;
    }
    const last = this.#segments.at(-1);
    if (last?.from === from && last.offset + last.length === offset) {
      this.#segments[this.#segments.length - 1] = { ...last, length: last.length + length };
    } else {
      this.#segments.push({ start: this.size, from, offset, length });
    }
    this.size += length;
  }

  addFrame(bytes: Buffer): void {
    this.#frame.push(bytes);
    this.add({ from: 'frame', offset: this.#frameBytes, length: bytes.length });
    this.#frameBytes += bytes.length;
  }

  build(): Layout {
    return { size: this.size, segments: this.#segments, frame: Buffer.concat(this.#frame) };
  }
}
