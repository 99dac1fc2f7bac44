import { CodedError } from '../../errors/catalogue';
import type { DeltaPart } from '../delta/plan';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Source: OSS API Reference, UploadPart: 1 to 10,000 parts of at most 5 GB. */
const maxParts = 10_000;
const maxPartBytes = 5 * gibibyte;
/** 48.8 TB. */
export const maxObjectBytes = maxParts * maxPartBytes;

/** Range of the setting for the largest part, MiB. */
export const partSizeRange = { least: 1, most: 1024, defaultValue: 8 } as const;
/** Range of the setting for the most parallel parts of one file. */
export const parallelPartsRange = { least: 1, most: 16, defaultValue: 16 } as const;

/** How a source is divided, bytes. */
export interface PartSizing {
  /** A source up to this size is sent in a single PutObject. */
  readonly singlePutMax: number;
  /** A part is at most so large, unless more than 10,000 parts would be needed. */
  readonly maxPartBytes: number;
}

/** Up to 8 MiB, parallel parts save less time than the extra requests cost, and there is nothing to resume. */
export function partSizingFor(partSizeMiB: number = partSizeRange.defaultValue): PartSizing {
  const maxPartBytes = clamp(partSizeMiB, partSizeRange) * mebibyte;
  return { singlePutMax: Math.max(8 * mebibyte, maxPartBytes), maxPartBytes };
}

export function maxParallelPartsFor(setting: number = parallelPartsRange.defaultValue): number {
  return Math.floor(clamp(setting, parallelPartsRange));
}

function clamp(
  value: number,
  { least, most, defaultValue }: Readonly<Record<'defaultValue' | 'least' | 'most', number>>,
): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : defaultValue;
}

const smallestPartBytes = mebibyte / 2;

/**
 * Every part begins at a multiple of this, bytes: 512 KiB, so that requests do not cost more than they carry, and more
 * where that would make more than 10,000 parts.
 * @throws CodedError `source.tooLarge` over 48.8 TB
 */
export function unitBytesOf(size: number, { maxPartBytes }: PartSizing, name: string): number {
  if (size > maxObjectBytes) {
    throw new CodedError('source.tooLarge', { subject: name, bytes: maxObjectBytes });
  }
  const smallest = Math.min(smallestPartBytes, maxPartBytes);
  const needed = size / maxParts;
  return needed <= smallest ? smallest : Math.ceil(needed / mebibyte) * mebibyte;
}

/** The first part of a request, whose speed is not known yet. */
const firstPartBytes = mebibyte;
/** A part lasts about so long: its request costs little then, little is sent again after a failure, and the number of
 * requests can follow the network; ms. */
const partMs = 1_000;
/** Nothing is done to save less time than this at the end of an upload; ms. */
export const shortMs = 100;

/** What decides how large the next part is. */
export interface NextPart {
  /** Of the previous part of the same request, bytes per ms; undefined for the first part. */
  readonly speed: number | undefined;
  readonly bytesLeft: number;
  readonly parallel: number;
}

/**
 * The size that the next part should have, bytes. Towards the end parts get smaller, so that the last ones end
 * together.
 */
export function wantedPartBytes(
  { speed, bytesLeft, parallel }: NextPart,
  { maxPartBytes }: PartSizing,
): number {
  if (speed === undefined) {
    return Math.min(maxPartBytes, firstPartBytes);
  }
  const share = Math.max(bytesLeft / parallel, speed * shortMs);
  return Math.min(maxPartBytes, speed * partMs, share);
}

/** A part of the object that a source becomes. */
export interface Part extends DeltaPart {
  /** From 1. */
  readonly partNumber: number;
}
