import { abortUpload } from './abort';
import type { CheckpointStore } from '../storage/checkpointStore';
import { UploadTarget } from '../upload/uploadTarget';
import { createRetryPolicy } from '../../retry/retryPolicy';
import type { TransferContext } from '../upload/uploadJob';

/**
 * Removes the uploaded parts of an interrupted transfer from the server, then its checkpoint.
 * @throws CodedError `transfer.busy`, `transfer.locationChanged`, `oss.*`, `network.*`; the checkpoint is left then
 */
export async function discardUpload(
  context: TransferContext,
  store: CheckpointStore,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const lock = await store.lock(id, signal);
  try {
    const checkpoint = await store.read(id);
    if (checkpoint !== undefined && checkpoint !== 'unreadable') {
      const { timing, log } = context;
      const target = new UploadTarget(context, checkpoint, checkpoint.key);
      const policy = createRetryPolicy({ timing, log });
      const isClean = await abortUpload({ target, policy, timing, signal }, checkpoint.uploadId);
      if (!isClean) {
        log.warn(`transfer: some parts of ${checkpoint.key} may be left on the server`);
      }
    }
    await store.delete(id);
  } finally {
    await lock.release();
  }
}
