import { tryAbortUpload } from './abandon';
import type { Checkpoint } from './checkpoint';
import { fingerprintOf } from './edges';
import type { UploadContext } from './job';
import { assertKeyFree } from './standing';

/**
 * Begins a multipart upload.
 * @param partSize bytes
 * @returns its first checkpoint, which is not on disk yet
 * @throws CodedError `oss.objectExists` when something stands under the key that must not be overwritten
 */
export async function initiateUpload(job: UploadContext, partSize: number): Promise<Checkpoint> {
  const { request, source, destination } = job;
  const edges = await fingerprintOf(source);
  const uploadId = await initiate(job);
  const { uri, name } = request.source;
  const { size, mtimeMs } = source;
  return {
    accountId: request.accountId,
    bucket: destination.bucket,
    keyPrefix: destination.keyPrefix,
    key: destination.key,
    overwrite: request.overwrite,
    contentType: request.contentType,
    source: { uri, name, size, mtimeMs, edges },
    ...{ partSize, uploadId, startedAt: Date.now(), parts: [] },
  };
}

/** Looks whether the key is free, and begins the upload meanwhile: one wait for the server instead of two. */
async function initiate(job: UploadContext): Promise<string> {
  const { request, destination, policy, lanes, signal } = job;
  const { overwrite, contentType } = request;
  const looking = overwrite ? Promise.resolve() : lanes.run(() => assertKeyFree(job), signal);
  const initiating = lanes.run(
    () =>
      policy.run(
        () => destination.initiate({ contentType, forbidOverwrite: !overwrite }, signal),
        signal,
      ),
    signal,
  );
  const [looked, initiated] = await Promise.allSettled([looking, initiating]);
  if (initiated.status === 'fulfilled' && looked.status === 'rejected') {
    await tryAbortUpload(job, initiated.value);
  }
  await looking;
  return initiating;
}
