import type { TransferProgress } from './progress';
import type { PackageLocation } from '../credential/packageLocation';
import type { Source } from './source/source';

export type { TransferProgress, TransferStage } from './progress';

/** Why an interrupted transfer was restarted instead of resumed. */
export type RestartReason =
  /** The checkpoint is not valid for this version. */
  | 'checkpointUnreadable'
  /** The file has changed since the interruption. */
  | 'sourceChanged'
  /** The multipart upload no longer exists on the server. */
  | 'uploadGone'
  /** The credential points to another bucket or prefix now. */
  | 'locationChanged';

/** One upload. */
export interface UploadRequest {
  /** The account whose package prefix it goes to; stored in the checkpoint. */
  readonly accountId: string;
  readonly source: Source;
  /** Object key, including the package prefix. */
  readonly key: string;
  /** False: the upload fails with `oss.objectExists` when the object exists. */
  readonly overwrite: boolean;
  /** Bucket and prefix when the key was chosen; the upload fails if the credential has another one now. */
  readonly location?: PackageLocation;
  /** Default: by the extension of the key. */
  readonly contentType?: string;
}

export interface UploadOptions {
  /** When aborted, the sockets are closed at once and the upload rejects with an `AbortError`. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** False: when the key exists, the list stays as it was, since the caller asks what to do. Default: it lists a failure. */
  readonly isConflictListed?: boolean;
}

/** The uploaded object. */
export interface UploadResult {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Unknown when the response was lost and the credential may not read the object; so is the request ID. */
  readonly etag?: string;
  readonly crc64: bigint;
  /** True when the server computed the same CRC-64; false when it reported none. */
  readonly verified: boolean;
  readonly requestId?: string;
  /** How many of its bytes were sent; the others were copied from an existing object. */
  readonly sentBytes: number;
  /** Nothing was sent, because the same object existed already. */
  readonly isIdentical?: boolean;
  /** Why an interrupted transfer was restarted; absent when there was none or when it was resumed. */
  readonly restartReason?: RestartReason;
}

/** The person's settings that decide how a file is sent. */
export interface TransferSettings {
  /** The largest part, MiB, 1 to 1024. */
  readonly partSize: number;
  /** The most parts of one file that are sent at the same time, 1 to 16. */
  readonly parallelParts: number;
  /** Whether unchanged ranges are copied from an existing object; default true. */
  readonly deltaUpload?: boolean;
}
