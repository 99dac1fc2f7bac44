import { hasCode } from '../../errors/catalogue';
import type { UploadTarget } from '../upload/uploadTarget';
import type { UploadContext } from '../upload/uploadContext';
import type { Policy } from '../../retry/policy';
import type { Timing } from '../../util/timing';

/** A part in flight during the abort may still be stored afterwards, so the parts are listed and aborted again. */
const maxRounds = 10;
const betweenRoundsMs = 500;

export interface AbortContext {
  readonly target: UploadTarget;
  readonly policy: Policy;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

/**
 * Aborts a multipart upload until the server holds no part of it.
 * Source: OSS API Reference, AbortMultipartUpload.
 * @returns false when parts may be left: listing is denied, or they were still there after the last round
 */
export async function abortUpload(
  { target, policy, timing, signal }: AbortContext,
  uploadId: string,
): Promise<boolean> {
  for (let round = 1; round <= maxRounds; round++) {
    await policy.run(() => target.abort(uploadId, signal), signal);
    try {
      const left = await policy.run(() => target.listParts(uploadId, signal), signal);
      if (left.length === 0 && round > 1) {
        return true;
      }
    } catch (error) {
      if (hasCode(error, 'oss.noSuchUpload')) {
        return true;
      }
      if (hasCode(error, 'oss.accessDenied')) {
        await timing.wait(betweenRoundsMs, signal);
        await policy.run(() => target.abort(uploadId, signal), signal);
        return false;
      }
      throw error;
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
