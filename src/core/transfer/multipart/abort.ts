import { createRetryPolicy } from '../../retry/retryPolicy';
import type { CheckpointStore } from '../storage/checkpointStore';
import type { UploadContext } from '../upload/uploadContext';
import { UploadTarget, type OssAccess } from '../upload/uploadTarget';
import { listedParts } from './listedParts';

/** A part in flight during the abort may still be stored afterwards, so the parts are listed and aborted again. */
const maxRounds = 10;
const betweenRoundsMs = 500;

/**
 * Aborts a multipart upload until the server holds no part of it.
 * Source: OSS API Reference, AbortMultipartUpload.
 * @returns false when parts may be left: listing is denied, or they were still there after the last round
 */
async function abortUpload(
  {
    target,
    policy,
    timing,
    signal,
  }: Pick<UploadContext, 'policy' | 'signal' | 'target' | 'timing'>,
  uploadId: string,
): Promise<boolean> {
  for (let round = 1; round <= maxRounds; round++) {
    await policy.run(() => target.abort(uploadId, signal), signal);
    const list = policy.run(() => target.listParts(uploadId, signal), signal);
    const left = await listedParts(list);
    if (left === 'gone' || (left.length === 0 && round > 1)) {
      return true;
    }
    if (left === 'denied') {
      await timing.wait(betweenRoundsMs, signal);
      await policy.run(() => target.abort(uploadId, signal), signal);
      return false;
    }
    await timing.wait(betweenRoundsMs, signal);
  }
  return false;
}

/** Like `abortUpload`, but only logs a failure: the caller has a more important error to report. */
export async function tryAbortUpload(upload: UploadContext, uploadId: string): Promise<void> {
  try {
    await abortUpload(upload, uploadId);
  } catch (error) {
    upload.log.warn(
      `transfer: the parts of ${upload.target.key} were not removed: ${String(error)}`,
    );
  }
}

/**
 * Removes the uploaded parts of an interrupted transfer from the server, then its checkpoint.
 * @throws CodedError `transfer.busy`, `transfer.locationChanged`, `oss.*`, `network.*`; the checkpoint is left then
 */
export async function discardUpload(
  context: OssAccess & Pick<UploadContext, 'log' | 'timing'>,
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
