import { CodedError, hasCode } from '../../errors/catalogue';
import { DeltaError } from '../delta/deltaError';
import type { ChunkIndex } from '../delta/indexStore';
import { tryAbortUpload } from '../multipart/abort';
import { checkAndInitiate, initiateUpload } from '../multipart/initiate';
import { runMultipartUpload } from '../multipart/multipartUpload';
import { planResume } from '../multipart/planResume';
import type { PartSizing } from '../multipart/partSizing';
import type { Checkpoint, UploadedPart } from '../storage/checkpoint';
import type { RestartReason, UploadResult } from '../types';
import { checkTarget } from './precondition';
import { putSingle } from './singlePut';
import type { UploadContext } from './uploadContext';

/** What decides how a source is sent. */
export interface UploadPlan {
  readonly sizing: PartSizing;
  /** For a new upload; a resumed one keeps its own. Every part begins at a multiple of it. Bytes. */
  readonly unitBytes: number;
  /** Indexes of objects that unchanged ranges may be copied from, the best first. */
  readonly bases: readonly ChunkIndex[];
  /** True when the person chose to resume: then a changed source is an error instead of a restart. */
  readonly failsIfSourceChanged: boolean;
}

/** What a delta sends is cut before the network is known, bytes. */
const deltaPartBytes = 2 * 1024 * 1024;

/** Resumes an interrupted upload of the same source when there is one, else starts a new one. The caller holds its lock. */
export async function resumeOrStart(
  upload: UploadContext,
  plan: UploadPlan,
): Promise<UploadResult> {
  const found = await upload.checkpoints.read();
  if (found === undefined) {
    return startUpload(upload, plan);
  }
  if (found === 'unreadable') {
    const old = await upload.checkpoints.readUploadReference();
    if (old?.bucket === upload.target.bucket && old.key === upload.target.key) {
      await tryAbortUpload(upload, old.uploadId);
    }
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

/** Uploads a source from its beginning: only what has changed, or the whole in one request, or the whole in parts. */
export async function startUpload(upload: UploadContext, plan: UploadPlan): Promise<UploadResult> {
  const result = await sendChanges(upload, plan);
  if (result !== undefined) {
    return result;
  }
  if (upload.source.size <= plan.sizing.singlePutMax) {
    return putSingle(upload);
  }
  const started = await checkAndInitiate(upload, plan.unitBytes);
  return 'uploadId' in started ? sendParts(upload, plan, started) : started;
}

/** @returns undefined when too little of the source can be copied */
async function sendChanges(
  upload: UploadContext,
  plan: UploadPlan,
): Promise<UploadResult | undefined> {
  const { unitBytes, bases, sizing } = plan;
  const { slots, signal, deltas } = upload;
  if (bases.length === 0) {
    return undefined;
  }
  const { existing, identical } = await slots.run((slot) => checkTarget(upload, slot), signal);
  if (identical !== undefined) {
    return identical;
  }
  const partBytes = Math.max(unitBytes, Math.min(sizing.maxPartBytes, deltaPartBytes));
  const delta = await deltas?.plan(upload, bases, existing, partBytes);
  return delta && sendParts(upload, plan, await initiateUpload(upload, unitBytes, delta));
}

/** After these, no copy can arrive late and replace a part that was sent, so the upload ID is used further. */
const withoutCopies = ['oss.accessDenied', 'oss.archived', 'oss.noSuchKey'] as const;

/** Sends and copies the parts; where the server refuses the copies, it sends the whole source. */
async function sendParts(
  upload: UploadContext,
  { unitBytes, sizing }: UploadPlan,
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
  plan: UploadPlan,
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
    return await sendParts(upload, plan, checkpoint, parts);
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
  plan: UploadPlan,
  reason: RestartReason,
  old?: Checkpoint,
): Promise<UploadResult> {
  upload.log.warn(`transfer: ${upload.target.key} restarts: ${reason}`);
  await upload.checkpoints.remove();
  if (old !== undefined && reason === 'sourceChanged') {
    await tryAbortUpload(upload, old.uploadId);
    if (plan.failsIfSourceChanged) {
      throw new CodedError('source.changed', { subject: old.source.name });
    }
  }
  return { ...(await startUpload(upload, plan)), restartReason: reason };
}
