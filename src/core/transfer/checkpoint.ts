import { isInstant } from '../util/clock';
import { createHash } from 'node:crypto';
import { partCount, partRange } from './plan';

/** A part that the server has acknowledged. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Of the bytes that were sent. */
  readonly crc64: bigint;
}

/** Which bytes a transfer is about. */
export interface SourceSnapshot {
  readonly uri: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtimeMs: number;
  /** Of its head and tail, or of all of it; see `edges.ts`. */
  readonly edges: string;
}

/** What is needed to go on with an interrupted multipart transfer. Holds no secret. */
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

/** What another version wrote is not read: it may mean something else. */
const version = 1;

/** One transfer: what one account brings from one source to one key. Also the name of its files. */
export function transferId(accountId: string, key: string, sourceUri: string): string {
  const hash = createHash('sha256').update(JSON.stringify([accountId, key, sourceUri]));
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

/** @returns undefined for everything that this version could not have written */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isWritten(value)) {
    return undefined;
  }
  const parts = value.parts.map(([partNumber, etag, crc64]) => ({
    partNumber,
    etag,
    crc64: BigInt(crc64),
  }));
  const checkpoint = { ...value, parts };
  return isPossible(checkpoint) ? checkpoint : undefined;
}

interface Written extends Omit<Checkpoint, 'parts'> {
  readonly version: typeof version;
  readonly parts: readonly (readonly [number, string, string])[];
}

function isWritten(value: unknown): value is Written {
  const texts = ['accountId', 'bucket', 'keyPrefix', 'key', 'contentType', 'uploadId'];
  return (
    isRecord(value) &&
    value.version === version &&
    texts.every((name) => isText(value[name])) &&
    typeof value.overwrite === 'boolean' &&
    isCount(value.partSize) &&
    value.partSize > 0 &&
    isInstant(value.startedAt) &&
    isMark(value.source) &&
    Array.isArray(value.parts) &&
    value.parts.every(isWrittenPart)
  );
}

function isMark(value: unknown): value is SourceSnapshot {
  return (
    isRecord(value) &&
    ['uri', 'name', 'edges'].every((name) => isText(value[name])) &&
    isCount(value.size) &&
    typeof value.mtimeMs === 'number'
  );
}

function isWrittenPart(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    isCount(value[0]) &&
    isText(value[1]) &&
    typeof value[2] === 'string' &&
    /^\d{1,20}$/.test(value[2])
  );
}

/** Each part once, and none that the source does not have. */
function isPossible({ source, partSize, parts }: Checkpoint): boolean {
  const count = partCount(source.size, partSize);
  const numbers = new Set(parts.map(({ partNumber }) => partNumber));
  return (
    numbers.size === parts.length &&
    parts.every(({ partNumber }) => partNumber >= 1 && partNumber <= count)
  );
}

/** Bytes that the server had acknowledged when it was written. */
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
