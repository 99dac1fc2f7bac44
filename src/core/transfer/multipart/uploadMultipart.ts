import { CodedError, hasCode } from '../../errors/catalogue';
import { tryAbortUpload } from './abort';
import { initiateUpload } from './initiate';
import type { Checkpoint, UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import { MultipartUpload } from './multipartUpload';
import { planResume, findExistingResult } from './planResume';
import type { RestartReason, UploadResult } from '../types';

export interface MultipartPlan {
  /** For a new upload; a resumed one keeps its own. Bytes. */
  readonly partSize: number;
  /** Parts that are sent at the same time. */
  readonly parallel: number;
  /** True when the person chose to resume: then a changed source is an error instead of a restart. */
  readonly resumeOnly: boolean;
}

/** Uploads a source in parts, resuming an interrupted upload of the same source when there is one. */
export async function uploadMultipart(
  upload: UploadContext,
  plan: MultipartPlan,
): Promise<UploadResult> {
  const found = await upload.checkpoints.read();
  if (found === undefined) {
    return startNew(upload, plan);
  }
  if (found === 'unreadable') {
    return restart(upload, plan, 'checkpointUnreadable');
  }
  const resumePlan = await planResume(upload, found);
  switch (resumePlan.kind) {
    case 'resume': {
      const checkpoint = { ...found, overwrite: upload.request.overwrite };
      return continueUpload(upload, plan, checkpoint, resumePlan.parts);
    }
    case 'restart':
      return restart(upload, plan, resumePlan.reason, found);
    case 'done':
      await upload.checkpoints.remove();
      return resumePlan.result;
  }
}

async function startNew(
  upload: UploadContext,
  { partSize, parallel }: MultipartPlan,
): Promise<UploadResult> {
  return new MultipartUpload(upload, parallel, await initiateUpload(upload, partSize)).run([]);
}

async function continueUpload(
  upload: UploadContext,
  plan: MultipartPlan,
  checkpoint: Checkpoint,
  parts: readonly UploadedPart[],
): Promise<UploadResult> {
  if (!checkpoint.overwrite) {
    // Someone else may have created the object since, or we did and only the response was lost.
    const existing = await findExistingResult(upload);
    if (existing === 'other') {
      throw new CodedError('oss.objectExists', { subject: upload.target.key });
    }
    if (existing !== undefined) {
      await upload.checkpoints.remove();
      await tryAbortUpload(upload, checkpoint.uploadId);
      return existing;
    }
  }
  try {
    return await new MultipartUpload(upload, plan.parallel, checkpoint).run(parts);
  } catch (error) {
    // The checkpoint was trusted because parts could not be listed, and it was out of date.
    if (hasCode(error, 'oss.noSuchUpload')) {
      return restart(upload, plan, 'uploadGone');
    }
    throw error;
  }
}

async function restart(
  upload: UploadContext,
  plan: MultipartPlan,
  reason: RestartReason,
  old?: Checkpoint,
): Promise<UploadResult> {
  upload.log.warn(`transfer: ${upload.target.key} restarts: ${reason}`);
  await upload.checkpoints.remove();
  if (old !== undefined && reason === 'sourceChanged') {
    await tryAbortUpload(upload, old.uploadId);
    if (plan.resumeOnly) {
      throw new CodedError('source.changed', { subject: old.source.name });
    }
  }
  return { ...(await startNew(upload, plan)), restartReason: reason };
}
