import { createHash } from 'node:crypto';
import { isInstant } from '../../util/clock';
import { namesIgnoreCase } from '../../util/filePaths';
import { partCount, partRange } from '../multipart/partSizing';

/** A part that the server has acknowledged. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** CRC-64 of the bytes that were sent. */
  readonly crc64: bigint;
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
  /** Bytes. */
  readonly partSize: number;
  readonly uploadId: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly parts: readonly UploadedPart[];
}

/** Checkpoints of other versions are not read. */
const version = 1;

/**
 * Identifies the transfer of one source to one key by one account. Also the name of its files. Where file names ignore$
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
  const parts = checkpoint.parts.map(({ partNumber, etag, crc64 }) => [
    partNumber,
    etag,
    crc64.toString(),
  ]);
  return JSON.stringify({ version, ...checkpoint, parts });
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
  const parts = value.parts.map(([partNumber, etag, crc64]) => ({
    partNumber,
    etag,
    crc64: BigInt(crc64),
  }));
  const checkpoint = { ...value, parts };
  return isConsistent(checkpoint) ? checkpoint : undefined;
}

interface StoredCheckpoint extends Omit<Checkpoint, 'parts'> {
  readonly version: typeof version;
  readonly parts: readonly (readonly [number, string, string])[];
}

function isStoredCheckpoint(value: unknown): value is StoredCheckpoint {
  const texts = ['accountId', 'bucket', 'keyPrefix', 'key', 'contentType', 'uploadId'];
  return (
    isRecord(value) &&
    value.version === version &&
    texts.every((name) => isText(value[name])) &&
    typeof value.overwrite === 'boolean' &&
    isCount(value.partSize) &&
    value.partSize > 0 &&
    isInstant(value.startedAt) &&
    isSnapshot(value.source) &&
    Array.isArray(value.parts) &&
    value.parts.every(isStoredPart)
  );
}

function isSnapshot(value: unknown): value is SourceSnapshot {
  return (
    isRecord(value) &&
    ['uri', 'name', 'fingerprint'].every((name) => isText(value[name])) &&
    isCount(value.size) &&
    typeof value.mtimeMs === 'number'
  );
}

function isStoredPart(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    isCount(value[0]) &&
    isText(value[1]) &&
    typeof value[2] === 'string' &&
    /^\d{1,20}$/.test(value[2])
  );
}

/** Each part occurs once and lies within the source. */
function isConsistent({ source, partSize, parts }: Checkpoint): boolean {
  const count = partCount(source.size, partSize);
  const numbers = new Set(parts.map(({ partNumber }) => partNumber));
  return (
    numbers.size === parts.length &&
    parts.every(({ partNumber }) => partNumber >= 1 && partNumber <= count)
  );
}

/** Bytes that the server had acknowledged when the checkpoint was written. */
export function acknowledgedBytes({ source, partSize, parts }: Checkpoint): number {
  return parts.reduce(
    (sum, { partNumber }) => sum + partRange(partNumber, source.size, partSize).length,
    0,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
