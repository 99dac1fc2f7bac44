import { CodedError } from '../../errors/catalogue';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Source: OSS API Reference, UploadPart: 1 to 10,000 parts of at most 5 GB. */
const maxParts = 10_000;
const maxPartBytes = 5 * gibibyte;
/** 48.8 TB. */
export const maxObjectBytes = maxParts * maxPartBytes;

/** Range of the setting for the part size, MiB. */
export const partSizeRange = { least: 1, most: 1024, defaultValue: 8 } as const;
/** Range of the setting for the number of parallel parts of one file. */
export const parallelPartsRange = { least: 1, most: 8, defaultValue: 4 } as const;

/** How a source is divided, bytes. */
export interface PartSizing {
  /** A source up to this size is sent in a single PutObject. */
  readonly singlePutMax: number;
  /** Size of a part, unless more than 10,000 parts would be needed. */
  readonly partSize: number;
}

/** Up to 8 MiB, parallel parts save less time than the extra requests cost, and there is nothing to resume. */
export function partSizingFor(partSizeMiB: number = partSizeRange.defaultValue): PartSizing {
  const part = clamp(partSizeMiB, partSizeRange) * mebibyte;
  return { singlePutMax: Math.max(8 * mebibyte, part), partSize: part };
}

export function parallelPartsFor(setting: number = parallelPartsRange.defaultValue): number {
  return Math.floor(clamp(setting, parallelPartsRange));
}

function clamp(
  value: number,
  {
    least,
    most,
    defaultValue,
  }: { readonly least: number; readonly most: number; readonly defaultValue: number },
): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : defaultValue;
}

/**
 * The part size for a source, bytes: at most 10,000 parts, and whole mebibytes where they must be larger than the setting.
 * @throws CodedError `source.tooLarge` over 48.8 TB
 */
export function partSizeOf(size: number, sizing: PartSizing, name: string): number {
  if (size > maxObjectBytes) {
    throw new CodedError('source.tooLarge', { subject: name, bytes: maxObjectBytes });
  }
  const needed = size / maxParts;
  return needed <= sizing.partSize ? sizing.partSize : Math.ceil(needed / mebibyte) * mebibyte;
}

/** A part of the object that a source becomes. */
export interface Part {
  /** From 1. */
  readonly partNumber: number;
  /** Offset in the source, bytes. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Where the same bytes begin in the base object of a delta; absent: they are sent. */
  readonly copyFrom?: number | undefined;
}

export function partCount(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize));
}

export function partRange(partNumber: number, size: number, partSize: number): Part {
  const start = (partNumber - 1) * partSize;
  return { partNumber, start, length: Math.min(partSize, size - start) };
}
