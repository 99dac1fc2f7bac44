import { CodedError } from '../errors/catalogue';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Source: OSS API Reference, UploadPart: 1 to 10,000 parts of at most 5 GB. */
const maxParts = 10_000;
const maxPartBytes = 5 * gibibyte;
/** 48.8 TB. */
export const maxObjectBytes = maxParts * maxPartBytes;

/** What the setting for the size of a part may be, MiB. */
export const partSizeRange = { least: 1, most: 1024, defaultValue: 8 } as const;
/** What the setting for the parts of one file that go at a time may be. */
export const parallelPartsRange = { least: 1, most: 8, defaultValue: 4 } as const;

/** Sizes to plan with, bytes. */
export interface PartSizing {
  /** Up to here a source goes in a single PutObject. */
  readonly whole: number;
  /** Of a part, unless so many parts would be needed that they must be larger. */
  readonly part: number;
}

/** Up to 8 MiB a multipart upload would take longer than it saves, and a single part would resume nothing. */
export function partSizingFor(partSizeMiB: number = partSizeRange.defaultValue): PartSizing {
  const part = clamp(partSizeMiB, partSizeRange) * mebibyte;
  return { whole: Math.max(8 * mebibyte, part), part };
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
 * The size of the parts of a source, bytes: at most 10,000 of them, and whole mebibytes where they have to grow.
 * @throws CodedError `source.tooLarge` over 48.8 TB
 */
export function partSizeOf(size: number, sizes: PartSizing, name: string): number {
  if (size > maxObjectBytes) {
    throw new CodedError('source.tooLarge', { subject: name, bytes: maxObjectBytes });
  }
  const needed = size / maxParts;
  return needed <= sizes.part ? sizes.part : Math.ceil(needed / mebibyte) * mebibyte;
}

/** A part of a source. */
export interface Part {
  /** From 1. */
  readonly partNumber: number;
  /** Where it begins in the source, bytes. */
  readonly start: number;
  /** Bytes; only the last may be smaller than the others. */
  readonly length: number;
}

export function partCount(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize));
}

export function partRange(partNumber: number, size: number, partSize: number): Part {
  const start = (partNumber - 1) * partSize;
  return { partNumber, start, length: Math.min(partSize, size - start) };
}
