import type { Disposable } from '../core/util/disposable';
import type { OssClient } from '../core/oss/client';
import type { TransferManager } from '../core/transfer/manager';
import type { ZipRequest } from '../core/zip/zipRequest';
import type { Source } from '../core/transfer/source/source';

/** What moves bytes; heavy, so it is loaded at the first transfer. */
export interface TransferServices extends Disposable {
  /** Ends all transfers. Resolves when their checkpoints, locks and history are on disk. */
  stop(): Promise<void>;
  readonly oss: OssClient;
  readonly manager: TransferManager;
  /** A file on this computer, by its path. */
  readonly fileSource: (path: string) => Source;
  /** What is packed into one ZIP when it is opened. @param onPacked called with how many bytes of how many were packed */
  readonly zipSource: (
    request: ZipRequest,
    onPacked?: (packedBytes: number, totalBytes: number) => void,
  ) => Promise<Source>;
}
