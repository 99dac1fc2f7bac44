import type { Source } from '../../core/transfer/source/source';
import type { TransferProgress, UploadResult } from '../../core/transfer/types';
import type { PackageLocation } from '../../core/credential/packageLocation';

/** One file, or one ZIP, and the key that it is uploaded to. */
export interface UploadItem {
  /** Unique within its batch: one file may be on its way to several keys. */
  readonly id: string;
  /** Path of what is uploaded, or the URI of a ZIP; for trying again. */
  readonly path: string;
  /** Of the source, as its transfer knows it. */
  readonly sourceUri: string;
  /** File name, for people. */
  readonly name: string;
  /** Bytes, as it was selected; absent for a ZIP that is still to be packed. */
  readonly size?: number;
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Opens the source at the item's turn. @param onPacked is told how many bytes of how many are packed */
  readonly source: (onPacked: (packed: number, total: number) => void) => Promise<Source>;
  /** Of the interrupted or failed transfer that is continued. */
  readonly transferId?: string;
}

/** How it went with one item. */
export type UploadOutcome =
  | { readonly kind: 'uploaded'; readonly item: UploadItem; readonly result: UploadResult }
  | {
      readonly kind: 'failed';
      readonly item: Pick<UploadItem, 'name' | 'path'>;
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

/** What differs between the callers: who answers questions, and where progress goes. */
export interface UploadOptions {
  /** Where the keys were planned for. */
  readonly location: PackageLocation;
  /** Replaces objects that exist, without a question. */
  readonly overwrite?: boolean;
  /** Asked when a key exists; without it such an item fails with `oss.objectExists`. @throws AbortError: the rest is cancelled */
  readonly onConflict?: (item: UploadItem) => Promise<ConflictResolution>;
  readonly onProgress?: (item: UploadItem, progress: TransferProgress) => void;
  readonly onPacked?: (item: UploadItem, packed: number, total: number) => void;
  /** An item is done, however it went. */
  readonly onSettled?: (outcome: UploadOutcome) => void;
  /** All items have been attempted once, so that no new conflict comes but from second attempts. */
  readonly onAttempted?: () => void;
  readonly signal: AbortSignal;
}
