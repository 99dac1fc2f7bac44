import type { Source } from '../../core/transfer/source/source';
import type { TransferProgress, UploadResult } from '../../core/transfer/types';
import type { PackageLocation } from '../../core/credential/packageLocation';

/** One file, or one ZIP, and the key that it is uploaded to. */
export interface UploadItem {
  /** Unique within its batch: the path, the name of a ZIP, or the ID of the transfer that is resumed. */
  readonly id: string;
  /** Path of what is uploaded, or the URI of a ZIP. */
  readonly path: string;
  /** URI of the source in its transfer. */
  readonly sourceUri: string;
  /** File name, for people. */
  readonly name: string;
  /** Bytes at the time of the selection; absent for a ZIP that is not packed yet. */
  readonly size?: number;
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Opens the source when the item is uploaded. @param onPacked called with the packed and the total bytes */
  readonly source: (onPacked: (packed: number, total: number) => void) => Promise<Source>;
  /** The interrupted or failed transfer to resume. */
  readonly transferId?: string;
}

/** The result for one item. */
export type UploadOutcome =
  | { readonly kind: 'uploaded'; readonly item: UploadItem; readonly result: UploadResult }
  | {
      readonly kind: 'failed';
      readonly item: Pick<UploadItem, 'id' | 'name' | 'path'>;
      readonly error: unknown;
      /** The transfer can be resumed. */
      readonly isResumable?: boolean;
    }
  | {
      readonly kind: 'cancelled';
      readonly item: UploadItem;
      /** The transfer can be resumed; not said where it was cancelled in the Transfers view, which shows it. */
      readonly isResumable?: boolean;
    }
  | { readonly kind: 'notStarted' | 'skipped'; readonly item: UploadItem };

/** What to do with an item whose key exists already. */
export type ConflictResolution = 'keepBoth' | 'overwrite' | 'skip';

/** What differs between the callers: questions, progress and cancellation. */
export interface BatchOptions {
  /** The bucket and prefix of the keys. */
  readonly location: PackageLocation;
  /** Replaces existing objects without a question. */
  readonly overwrite?: boolean;
  /** Asked when a key exists; without it such an item fails with `oss.objectExists`. @throws AbortError: the rest is cancelled */
  readonly onConflict?: (item: UploadItem) => Promise<ConflictResolution>;
  readonly onProgress?: (item: UploadItem, progress: TransferProgress) => void;
  readonly onPacked?: (item: UploadItem, packed: number, total: number) => void;
  /** Called with the outcome of each item. */
  readonly onSettled?: (outcome: UploadOutcome & { readonly item: UploadItem }) => void;
  /** Called when all items were attempted once: no more conflicts will come. */
  readonly onAttempted?: () => void;
  readonly signal: AbortSignal;
}
