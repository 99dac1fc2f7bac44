import { CodedError, hasCode } from '../../errors/catalogue';
import { DeltaError } from '../delta/deltaError';
import type { ChunkIndex } from '../delta/indexStore';
import { checkTarget } from '../upload/precondition';
import { tryAbortUpload } from './abort';
import { checkAndInitiate, initiateUpload } from './initiate';
import type { Checkpoint, UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import { runMultipartUpload } from './multipartUpload';
import { planResume } from './planResume';
import type { PartSizing } from './partSizing';
import type { RestartReason, UploadResult } from '../types';

export interface MultipartPlan {
  /** For a new upload; a resumed one keeps its own. Every part begins at a multiple of it. Bytes. */
  readonly unitBytes: number;
  readonly sizing: PartSizing;
  /** Indexes of objects that unchanged ranges may be copied from, the best first. */
  readonly bases: readonly ChunkIndex[];
  /** For a source that is sent in one request when it has no delta. */
  readonly putSingle: (() => Promise<UploadResult>) | undefined;
  /** True when the person chose to resume: then a changed source is an error instead of a restart. */
  readonly resumeOnly: boolean;
}

/** What a delta sends is cut before the network is known, bytes. */
const deltaPartBytes = 2 * 1024 * 1024;

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

async function startNew(upload: UploadContext, plan: MultipartPlan): Promise<UploadResult> {
  const { unitBytes, bases, sizing } = plan;
  if (bases.length > 0) {
    const { slots, signal, deltas } = upload;
    const { existing, identical } = await slots.run((slot) => checkTarget(upload, slot), signal);
    const delta = identical
      ? undefined
      : await deltas?.plan(
          upload,
          bases,
          existing,
          Math.max(unitBytes, Math.min(sizing.maxPartBytes, deltaPartBytes)),
        );
    if (identical || delta) {
      return identical ?? send(upload, plan, await initiateUpload(upload, unitBytes, delta));
    }
  }
  if (plan.putSingle !== undefined) {
    return plan.putSingle();
  }
  const started = await checkAndInitiate(upload, unitBytes);
  return 'uploadId' in started ? send(upload, plan, started) : started;
}

/** After these, no copy can arrive late and replace a part that was sent, so the upload ID is used further. */
const withoutCopies = ['oss.accessDenied', 'oss.archived', 'oss.noSuchKey'] as const;

/** Sends and copies the parts; where the server refuses the copies, it sends the whole source. */
async function send(
  upload: UploadContext,
  { unitBytes, sizing }: MultipartPlan,
  checkpoint: Checkpoint,
  uploaded: readonly UploadedPart[] = [],
): Promise<UploadResult> {
  try {
    return await runMultipartUpload(upload, sizing, checkpoint, uploaded);
  } catch (error) {
    const { delta } = checkpoint;
    if (delta === undefined || !(error instanceof DeltaError)) {
      throw error;
    }
    upload.log.info(`delta: ${upload.target.key} is sent whole: ${error.message}`);
    await upload.deltas?.giveUp(upload, delta, error);
    // An object that exists now is the one that this upload has just made.
    const overwrite = upload.request.overwrite || error.outcome === 'exists';
    const whole = { ...upload, request: { ...upload.request, overwrite } };
    const next = hasCode(error.cause, ...withoutCopies)
      ? { ...checkpoint, unitBytes, delta: undefined }
      : await initiateUpload(whole, unitBytes);
    if (error.outcome === 'notCompleted' && next.uploadId !== checkpoint.uploadId) {
      await tryAbortUpload(upload, checkpoint.uploadId);
    }
    return runMultipartUpload(whole, sizing, next, []);
  }
}

async function continueUpload(
  upload: UploadContext,
  plan: MultipartPlan,
  checkpoint: Checkpoint,
  parts: readonly UploadedPart[],
): Promise<UploadResult> {
  if (!checkpoint.overwrite) {
    // Someone else may have created the object since.
    const { slots, signal } = upload;
    const { identical } = await slots.run((slot) => checkTarget(upload, slot), signal);
    if (identical !== undefined) {
      await upload.checkpoints.remove();
      await tryAbortUpload(upload, checkpoint.uploadId);
      return identical;
    }
  }
  try {
    return await send(upload, plan, checkpoint, parts);
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
