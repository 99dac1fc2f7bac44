import { hasCode } from '../errors/catalogue';
import type { UploadTarget } from './destination';
import type { UploadContext } from './job';
import type { Policy } from './policy';
import type { Timing } from './timing';

/** A part that is in flight when the upload is aborted may still be stored, so it is looked, and aborted again. */
const mostRounds = 10;
const betweenRoundsMs = 500;

export interface AbortContext {
  readonly destination: UploadTarget;
  readonly policy: Policy;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

/**
 * Aborts a multipart upload until the server holds no part of it.
 * Source: OSS API Reference, AbortMultipartUpload.
 * @returns false when parts may be left, because they may not be listed or would not go
 */
export async function abortUpload(
  { destination, policy, timing, signal }: AbortContext,
  uploadId: string,
): Promise<boolean> {
  for (let round = 1; round <= mostRounds; round++) {
    await policy.run(() => destination.abort(uploadId, signal), signal);
    try {
      const left = await policy.run(() => destination.listParts(uploadId, signal), signal);
      if (left.length === 0 && round > 1) {
        return true;
      }
    } catch (error) {
      if (hasCode(error, 'oss.noSuchUpload')) {
        return true;
      }
      if (hasCode(error, 'oss.accessDenied')) {
        await timing.wait(betweenRoundsMs, signal);
        await policy.run(() => destination.abort(uploadId, signal), signal);
        return false;
      }
      throw error;
    }
    await timing.wait(betweenRoundsMs, signal);
  }
  return false;
}

/** The same when there is something worse to tell than that parts are left. */
export async function tryAbortUpload(job: UploadContext, uploadId: string): Promise<void> {
  try {
    await abortUpload(job, uploadId);
  } catch (error) {
    job.log.warn(`transfer: the parts of ${job.destination.key} stay: ${String(error)}`);
  }
}
