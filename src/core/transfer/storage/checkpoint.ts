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
import { replaceBigint, reviveBigint } from './bigintJson';

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
const version = 3;

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
  return JSON.stringify({ version, ...checkpoint }, replaceBigint);
}

/** @returns undefined for content that is not valid for this version */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  try {
    const value: unknown = JSON.parse(text, reviveBigint);
    return isStored(value) && isConsistent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Names a multipart upload on the server. */
export type UploadReference = Pick<Checkpoint, 'bucket' | 'key' | 'uploadId'>;

/** The upload of a checkpoint that is not valid for this version, if its text names one. */
export function parseUploadReference(text: string): UploadReference | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isUploadReference(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isUploadReference = shapeOf<UploadReference>({
  bucket: isText,
  key: isText,
  uploadId: isText,
});

const isCrc64: Check = (value) => typeof value === 'bigint';
const isPositive: Check = (value) => isCount(value) && value !== 0;

const isStored = shapeOf<Checkpoint & { readonly version: typeof version }>({
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
  parts: listOf(
    shapeOf<UploadedPart>({
      partNumber: isCount,
      etag: isText,
      length: isPositive,
      crc64: optional(isCrc64),
    }),
  ),
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
export function acknowledgedBytes({ parts }: Pick<Checkpoint, 'parts'>): number {
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
