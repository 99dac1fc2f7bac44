import { fileURLToPath } from 'node:url';
import { CodedError } from '../errors/catalogue';
import { fileSource } from './fileSource';

export { bytesSource } from './bytesSource';
export { fileSource };

/** Where the bytes of a transfer come from. Opened once per transfer. */
export interface Source {
  /** Identifies it from one window to the next; for the checkpoint. */
  readonly uri: string;
  /** File name, for people. */
  readonly name: string;
  /** @throws CodedError `source.notFound`, `source.notAFile`, `source.notReadable`, `source.tooLarge` */
  open(signal?: AbortSignal): Promise<OpenSource>;
}

/** A range of a source. */
export interface Range {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

/** Bytes that can be read at any position, by several readers at a time, and again. */
export interface OpenSource {
  /** Bytes, as it was when it was opened. */
  readonly size: number;
  /** When it was last changed, as it was when it was opened; ms since 1970. */
  readonly mtimeMs: number;
  /** @returns how many bytes it gave: as many as the buffer takes, fewer only at the end */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /**
   * @param range a source of many files need only look at those that hold these bytes; without it, at all
   * @throws CodedError `source.changed` when size or time are no longer those of the opening
   */
  verifyUnchanged(range?: Range): Promise<void>;
  /** Where more is known of the contents than their ends: equal for equal bytes only. */
  fingerprint?(): string;
  close(): Promise<void>;
}

/** The source that a checkpoint names. @throws CodedError `source.notOnDisk` when it is no file on this computer */
export function sourceFromUri(uri: string, name: string): Source {
  if (!uri.startsWith('file:')) {
    throw new CodedError('source.notOnDisk', { subject: name });
  }
  return fileSource(fileURLToPath(uri));
}
