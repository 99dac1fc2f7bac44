import { abortUpload } from './abandon';
import type { CheckpointStore } from './checkpointStore';
import { UploadTarget } from './destination';
import { transferPolicy } from './policies';
import { RetryBudget } from './retryBudget';
import type { TransferContext } from './run';

/**
 * Takes what an interrupted transfer has left from the server, then its checkpoint.
 * @throws CodedError `transfer.busy`, `transfer.credentialMoved`, `oss.*`, `network.*`; the checkpoint stays then
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
      const destination = new UploadTarget(context, checkpoint, checkpoint.key);
      const policy = transferPolicy({
        ...{ timing, log },
        budget: new RetryBudget(),
        hasProgress: () => false,
        onPause: () => undefined,
      });
      const isClean = await abortUpload(
        { destination, policy, timing, signal },
        checkpoint.uploadId,
      );
      if (!isClean) {
        log.warn(`transfer: some parts of ${checkpoint.key} may be left on the server`);
      }
    }
    await store.delete(id);
  } finally {
    await lock.release();
  }
}
