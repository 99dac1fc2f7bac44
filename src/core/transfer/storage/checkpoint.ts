import { createHash } from 'node:crypto';
import { isInstant } from '../../util/clock';
import { namesIgnoreCase } from '../../util/filePaths';
import {
  isBoolean,
  isCount,
  isText,
  listOf,
  optional,
  shapeOf,
  type Check,
} from '../../util/shape';
import type { Delta, DeltaPart } from '../delta/plan';

/** A part that the server has acknowledged. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Bytes. */
  readonly length: number;
  /** CRC-64 of the bytes that were sent; undefined when they were copied. */
  readonly crc64?: bigint | undefined;
}

/** Identifies the content of the source. */
export interface SourceSnapshot {
  readonly uri: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtimeMs: number;
  /** See `fingerprintOf`. */
  readonly fingerprint: string;
}

/** What is needed to resume an interrupted multipart upload. Contains no secret. */
export interface Checkpoint {
  readonly accountId: string;
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly key: string;
  readonly overwrite: boolean;
  readonly contentType: string;
  readonly source: SourceSnapshot;
  /** Unless there is a delta, each part begins at a multiple of this, which gives its number; bytes. */
  readonly unitBytes: number;
  /** Divides the object into parts, some of which are copied. */
  readonly delta?: Delta | undefined;
  readonly uploadId: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly parts: readonly UploadedPart[];
}

/** Checkpoints of other versions are not read. */
const version = 2;

/**
 * Identifies the transfer of one source to one key by one account. Also the name of its files. Where file names ignore
 * case, so does the id: a drive or folder may be written either way.
 */
export function transferId(
  accountId: string,
  key: string,
  sourceUri: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const source = namesIgnoreCase(platform) ? sourceUri.toLowerCase() : sourceUri;
  const hash = createHash('sha256').update(JSON.stringify([accountId, key, source]));
  return hash.digest('hex').slice(0, 32);
}

export function formatCheckpoint(checkpoint: Checkpoint): string {
  const parts = checkpoint.parts.map(({ partNumber, etag, length, crc64 }) => [
    partNumber,
    etag,
    crc64?.toString() ?? null,
    length,
  ]);
  const delta = checkpoint.delta && {
    ...checkpoint.delta,
    crc64: checkpoint.delta.crc64.toString(),
  };
  return JSON.stringify({ version, ...checkpoint, delta, parts });
}

/** @returns undefined for content that is not valid for this version */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isStoredCheckpoint(value)) {
    return undefined;
  }
  const parts = value.parts.map(([partNumber, etag, crc64, length]) => ({
    partNumber,
    etag,
    length,
    ...(crc64 !== null && { crc64: BigInt(crc64) }),
  }));
  const delta = value.delta && { ...value.delta, crc64: BigInt(value.delta.crc64) };
  const checkpoint = { ...value, delta, parts };
  return isConsistent(checkpoint) ? checkpoint : undefined;
}

interface StoredCheckpoint extends Omit<Checkpoint, 'delta' | 'parts'> {
  readonly version: typeof version;
  readonly delta?: Omit<Delta, 'crc64'> & { readonly crc64: string };
  /** Number, ETag, CRC-64, length. */
  readonly parts: readonly (readonly [number, string, string | null, number])[];
}

const isCrc64: Check = (value) => typeof value === 'string' && /^\d{1,20}$/.test(value);
const isPositive: Check = (value) => isCount(value) && value !== 0;

const isStoredPart: Check = (value) =>
  Array.isArray(value) &&
  value.length === 4 &&
  isCount(value[0]) &&
  isText(value[1]) &&
  (value[2] === null || isCrc64(value[2])) &&
  isPositive(value[3]);

const isStoredCheckpoint = shapeOf<StoredCheckpoint>({
  version: (value) => value === version,
  accountId: isText,
  bucket: isText,
  keyPrefix: isText,
  key: isText,
  overwrite: isBoolean,
  contentType: isText,
  source: shapeOf<SourceSnapshot>({
    uri: isText,
    name: isText,
    size: isCount,
    mtimeMs: (value) => typeof value === 'number',
    fingerprint: isText,
  }),
  unitBytes: isPositive,
  delta: optional(
    shapeOf<Delta>({
      base: shapeOf<Delta['base']>({ key: isText, etag: isText }),
      crc64: isCrc64,
      parts: listOf(
        shapeOf<DeltaPart>({ start: isCount, length: isPositive, copyFrom: optional(isCount) }),
      ),
    }),
  ),
  uploadId: isText,
  startedAt: isInstant,
  parts: listOf(isStoredPart),
});

/** The parts lie within the source and do not overlap, and the parts of a delta cover it without gaps. */
function isConsistent(checkpoint: Checkpoint): boolean {
  const { source, unitBytes, delta, parts, keyPrefix } = checkpoint;
  const end = delta?.parts.reduce(
    (covered, { start, length }) => (start === covered ? start + length : Number.NaN),
    0,
  );
  let free = 0;
  const areApart = inOrder(parts).every(({ partNumber, length }) => {
    const start = partStart(checkpoint, partNumber);
    const isFree = start !== undefined && start >= free;
    free = (start ?? 0) + length;
    const isWhole = delta !== undefined || length % unitBytes === 0 || free === source.size;
    return isFree && isWhole && length > 0 && free <= source.size;
  });
  return (
    (end === undefined || end === source.size) &&
    (delta === undefined || delta.base.key.startsWith(`${keyPrefix}/`)) &&
    areApart
  );
}

/** Bytes that the server had acknowledged when the checkpoint was written. */
export function acknowledgedBytes({ parts }: Checkpoint): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Where a part begins in the source, bytes; undefined for a number that no part of this upload has. */
export function partStart(
  { unitBytes, delta }: Pick<Checkpoint, 'delta' | 'unitBytes'>,
  partNumber: number,
): number | undefined {
  return delta === undefined
    ? partNumber >= 1
      ? (partNumber - 1) * unitBytes
      : undefined
    : delta.parts[partNumber - 1]?.start;
}

export function inOrder(parts: Iterable<UploadedPart>): UploadedPart[] {
  return [...parts].toSorted((one, other) => one.partNumber - other.partNumber);
}
