import { tryAbortUpload } from './abort';
import type { Checkpoint } from '../storage/checkpoint';
import { fingerprintOf } from '../source/fingerprint';
import type { UploadContext } from '../upload/uploadContext';
import { assertKeyFree } from '../upload/precondition';

/**
 * Initiates a multipart upload.
 * @param partSize bytes
 * @returns its first checkpoint, not yet written to disk
 * @throws CodedError `oss.objectExists` when the object exists and must not be overwritten
 */
export async function initiateUpload(upload: UploadContext, partSize: number): Promise<Checkpoint> {
  const { request, source, target } = upload;
  const fingerprint = await fingerprintOf(source);
  const uploadId = await initiate(upload);
  const { uri, name } = request.source;
  const { size, mtimeMs } = source;
  return {
    accountId: request.accountId,
    bucket: target.bucket,
    keyPrefix: target.keyPrefix,
    key: target.key,
    overwrite: request.overwrite,
    contentType: request.contentType,
    source: { uri, name, size, mtimeMs, fingerprint },
    ...{ partSize, uploadId, startedAt: Date.now(), parts: [] },
  };
}

/** Checks that the key is free and initiates the upload at the same time: one round trip instead of two. */
async function initiate(upload: UploadContext): Promise<string> {
  const { request, target, policy, slots, signal } = upload;
  const { overwrite, contentType } = request;
  const checking = overwrite ? Promise.resolve() : slots.run(() => assertKeyFree(upload), signal);
  const initiating = slots.run(
    () =>
      policy.run(
        () => target.initiate({ contentType, forbidOverwrite: !overwrite }, signal),
        signal,
      ),
    signal,
  );
  const [checked, initiated] = await Promise.allSettled([checking, initiating]);
  if (initiated.status === 'fulfilled' && checked.status === 'rejected') {
    await tryAbortUpload(upload, initiated.value);
  }
  await checking;
  return initiating;
}
