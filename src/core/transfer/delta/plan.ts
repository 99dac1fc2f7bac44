import type { Chunk } from './chunks';

/** A part of the new object: sent from the file, or copied from the base object by the server. */
export interface DeltaPart {
  /** Offset in the new file, bytes. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Offset of the same bytes in the base object; absent: they are sent. */
  readonly copyFrom?: number | undefined;
}

/** How an object is put together from ranges of a base object and bytes that are sent. */
export interface Delta {
  /** The object that is copied from, in the same bucket. */
  readonly base: { readonly key: string; readonly etag: string };
  /** CRC-64 of the whole new object. */
  readonly crc64: bigint;
  readonly parts: readonly DeltaPart[];
}

export interface DeltaLimits {
  /** Of every part but the last, bytes. A copy of less than twice as many is not worth a request. */
  readonly minPartBytes: number;
  /** A send is split into parts of at most this, bytes. */
  readonly partBytes: number;
}

/** OSS refuses 100 KB (OSS API Reference, CompleteMultipartUpload: EntityTooSmall). */
export const defaultMinPartBytes = 128 * 1024;
/** A copy of more may take the server long enough for a time-out. */
const maxCopyBytes = 128 * 1024 * 1024;
const maxParts = 10_000;
/** A delta must save at least this share of the bytes, else the ordinary upload is simpler and as fast. */
const minSavedShare = 1 / 3;

/**
 * Plans how the new file is put together from ranges of the base object and bytes that are sent.
 *
 * @returns the parts in the order of the file, without gaps; undefined when too little would be saved
 */
export function planDelta(
  base: readonly Chunk[],
  next: readonly Chunk[],
  limits: DeltaLimits,
): readonly DeltaPart[] | undefined {
  const size = next.reduce((sum, { length }) => sum + length, 0);
  const { minPartBytes } = limits;
  const copies = dropSmallCopies(match(base, next), 2 * minPartBytes);
  const pieces = growSmallSends(copies, minPartBytes);
  const parts = pieces.flatMap((piece) => split(piece, limits));
  const isWorthwhile = size - sentBytes(parts) >= size * minSavedShare && size > 0;
  return isWorthwhile && parts.length <= maxParts ? parts : undefined;
}

/** How many bytes of a plan go over the network. */
export function sentBytes(parts: readonly DeltaPart[]): number {
  return parts.reduce(
    (sum, { length, copyFrom }) => sum + (copyFrom === undefined ? length : 0),
    0,
  );
}

/** Finds each chunk of the new file in the base, preferably right after the previous chunk. */
function match(base: readonly Chunk[], next: readonly Chunk[]): DeltaPart[] {
  const offsets = new Map<string, number>();
  const digests = new Map<number, string>();
  let offset = 0;
  for (const { length, digest } of base) {
    if (!offsets.has(digest)) {
      offsets.set(digest, offset);
    }
    digests.set(offset, digest);
    offset += length;
  }
  const pieces: DeltaPart[] = [];
  let start = 0;
  for (const { length, digest } of next) {
    const last = pieces.at(-1);
    const behind = last?.copyFrom === undefined ? undefined : last.copyFrom + last.length;
    const follows = behind !== undefined && digests.get(behind) === digest;
    append(pieces, { start, length, copyFrom: follows ? behind : offsets.get(digest) });
    start += length;
  }
  return pieces;
}

/** Adds a piece; joins it with the last one when both are sent, or when their ranges are adjacent in the base. */
function append(pieces: DeltaPart[], piece: DeltaPart): void {
  const last = pieces.at(-1);
  const joins =
    last !== undefined &&
    (last.copyFrom === undefined
      ? piece.copyFrom === undefined
      : piece.copyFrom === last.copyFrom + last.length);
  if (joins) {
    pieces[pieces.length - 1] = { ...last, length: last.length + piece.length };
  } else {
    pieces.push(piece);
  }
}

function dropSmallCopies(pieces: readonly DeltaPart[], minCopyBytes: number): DeltaPart[] {
  const pruned: DeltaPart[] = [];
  for (const { start, length, copyFrom } of pieces) {
    append(pruned, { start, length, copyFrom: length < minCopyBytes ? undefined : copyFrom });
  }
  return pruned;
}

/**
 * A sent piece that is too small for a part takes bytes from the copy after it. Each copy has twice as many as a part
 * needs, and gives only once.
 */
function growSmallSends(pieces: readonly DeltaPart[], minPartBytes: number): DeltaPart[] {
  const grown: DeltaPart[] = [];
  let taken = 0;
  pieces.forEach(({ start, length, copyFrom }, index) => {
    if (copyFrom === undefined) {
      taken = index < pieces.length - 1 ? Math.max(0, minPartBytes - length) : 0;
      grown.push({ start, length: length + taken });
    } else {
      grown.push({ start: start + taken, length: length - taken, copyFrom: copyFrom + taken });
      taken = 0;
    }
  });
  return grown;
}

/** Equal parts, so that none is too small. */
function split(
  { start, length, copyFrom }: DeltaPart,
  { partBytes, minPartBytes }: DeltaLimits,
): DeltaPart[] {
  const most = copyFrom === undefined ? Math.max(partBytes, 2 * minPartBytes) : maxCopyBytes;
  const count = Math.ceil(length / most);
  const edge = (index: number): number => Math.floor((length * index) / count);
  return Array.from({ length: count }, (_, index) => {
    const part = { start: start + edge(index), length: edge(index + 1) - edge(index) };
    return copyFrom === undefined ? part : { ...part, copyFrom: copyFrom + edge(index) };
  });
}
