import type { TransferProgress } from './progress';
import type { RestartReason } from './resume';
import type { PackageLocation } from '../credential/packageLocation';
import type { Source } from './source';

export type { RestartReason } from './resume';
export type { TransferProgress, TransferStage } from './progress';

/** What a person wants to have uploaded. */
export interface UploadRequest {
  /** Account whose package prefix it goes to; for the checkpoint. */
  readonly accountId: string;
  readonly source: Source;
  /** Object key, the package prefix included. */
  readonly key: string;
  /** False: what stands under the key already stays, and the upload fails with `oss.objectExists`. */
  readonly overwrite: boolean;
  /** Where the key was planned for; the upload fails if the credential points elsewhere by now. */
  readonly location?: PackageLocation;
  /** Default: by the end of the key. */
  readonly contentType?: string;
}

export interface UploadOptions {
  /** Aborted, the sockets are closed at once and the upload rejects with an `AbortError`. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** The object that stands now. */
export interface UploadResult {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Of the bytes that were sent. */
  readonly crc64: bigint;
  /** True when the server counted the same CRC-64; false when it told none. */
  readonly verified: boolean;
  readonly requestId: string;
  /** Why an interrupted transfer of this began from zero; absent when there was none, or when it went on. */
  readonly restartReason?: RestartReason;
}
