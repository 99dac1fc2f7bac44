import { CodedError, hasCode } from '../errors/catalogue';
import { tryAbortUpload } from './abandon';
import { initiateUpload } from './begin';
import type { Checkpoint, UploadedPart } from './checkpoint';
import type { UploadContext } from './job';
import { MultipartUpload } from './partsRun';
import { planResume, findExistingResult, type RestartReason } from './resume';
import type { UploadResult } from './types';

export interface MultipartPlan {
  /** Of a new upload; one that goes on keeps its own. Bytes. */
  readonly partSize: number;
  /** Parts that go at a time. */
  readonly parallel: number;
  /** True when it was asked to go on: then a source that has changed is an error and no new beginning. */
  readonly resumeOnly: boolean;
}

/** Brings a source to its key in parts, going on with what an interrupted transfer of the same has left. */
export async function uploadMultipart(
  job: UploadContext,
  plan: MultipartPlan,
): Promise<UploadResult> {
  const found = await job.keeper.read();
  if (found === undefined) {
    return startNew(job, plan);
  }
  if (found === 'unreadable') {
    return restart(job, plan, 'checkpointUnreadable');
  }
  const remainder = await planResume(job, found);
  switch (remainder.kind) {
    case 'goOn': {
      const checkpoint = { ...found, overwrite: job.request.overwrite };
      return continueUpload(job, plan, checkpoint, remainder.parts);
    }
    case 'startOver':
      return restart(job, plan, remainder.why, found);
    case 'done':
      await job.keeper.remove();
      return remainder.result;
  }
}

async function startNew(
  job: UploadContext,
  { partSize, parallel }: MultipartPlan,
): Promise<UploadResult> {
  return new MultipartUpload(job, parallel, await initiateUpload(job, partSize)).run([]);
}

async function continueUpload(
  job: UploadContext,
  plan: MultipartPlan,
  checkpoint: Checkpoint,
  parts: readonly UploadedPart[],
): Promise<UploadResult> {
  if (!checkpoint.overwrite) {
    // Somebody may have taken the key meanwhile, or we have, and only the answer was lost.
    const standing = await findExistingResult(job);
    if (standing === 'other') {
      throw new CodedError('oss.objectExists', { subject: job.destination.key });
    }
    if (standing !== undefined) {
      await job.keeper.remove();
      await tryAbortUpload(job, checkpoint.uploadId);
      return standing;
    }
  }
  try {
    return await new MultipartUpload(job, plan.parallel, checkpoint).run(parts);
  } catch (error) {
    // Our own notes were believed, and were wrong.
    if (hasCode(error, 'oss.noSuchUpload')) {
      return restart(job, plan, 'uploadGone');
    }
    throw error;
  }
}

async function restart(
  job: UploadContext,
  plan: MultipartPlan,
  why: RestartReason,
  old?: Checkpoint,
): Promise<UploadResult> {
  job.log.warn(`transfer: ${job.destination.key} begins from zero: ${why}`);
  await job.keeper.remove();
  if (old !== undefined && why === 'sourceChanged') {
    await tryAbortUpload(job, old.uploadId);
    if (plan.resumeOnly) {
      throw new CodedError('source.changed', { subject: old.source.name });
    }
  }
  return { ...(await startNew(job, plan)), restartReason: why };
}
