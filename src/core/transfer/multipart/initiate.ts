import { tryAbortUpload } from './abort';
import type { Checkpoint } from '../storage/checkpoint';
import { fingerprintOf } from '../source/fingerprint';
import type { UploadContext } from '../upload/uploadContext';
import type { Delta } from '../delta/plan';
import { checkTarget } from '../upload/precondition';
import type { UploadResult } from '../types';

/**
 * Initiates a multipart upload.
 * @param unitBytes every part begins at a multiple of it
 * @returns its first checkpoint, not yet written to disk
 * @throws CodedError `oss.objectExists` when the object exists and must not be overwritten; not from a bucket with versions
 */
export async function initiateUpload(
  upload: UploadContext,
  unitBytes: number,
  delta?: Delta,
): Promise<Checkpoint> {
  const { request, source, target, policy, slots, parallelism, signal } = upload;
  const { overwrite, contentType } = request;
  const fingerprint = await fingerprintOf(source);
  const initiate = (): Promise<string> =>
    parallelism.probe(() => target.initiate({ contentType, forbidOverwrite: !overwrite }, signal));
  const uploadId = await slots.run(() => policy.run(initiate, signal), signal);
  const { uri, name } = request.source;
  const { size, mtimeMs } = source;
  return {
    accountId: request.accountId,
    bucket: target.bucket,
    keyPrefix: target.keyPrefix,
    key: target.key,
    overwrite,
    contentType,
    delta,
    source: { uri, name, size, mtimeMs, fingerprint },
    unitBytes,
    uploadId,
    startedAt: Date.now(),
    parts: [],
  };
}

/**
 * Checks the key and initiates the upload at the same time: one round trip instead of two.
 * @returns the result instead of a checkpoint when the same object exists already
 * @throws CodedError `oss.objectExists` when another object exists and must not be overwritten
 */
export async function checkAndInitiate(
  upload: UploadContext,
  unitBytes: number,
): Promise<Checkpoint | UploadResult> {
  const { slots, signal } = upload;
  const checking = slots.run((slot) => checkTarget(upload, slot), signal);
  const initiating = initiateUpload(upload, unitBytes);
  const [checked, initiated] = await Promise.allSettled([checking, initiating]);
  const identical = checked.status === 'fulfilled' ? checked.value.identical : undefined;
  const isNeedless = checked.status === 'rejected' || identical !== undefined;
  if (initiated.status === 'fulfilled' && isNeedless) {
    await tryAbortUpload(upload, initiated.value.uploadId);
  }
  await checking;
  return identical ?? initiating;
}
