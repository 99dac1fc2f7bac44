import { CodedError, isCoded } from '../errors';
import { abandonQuietly } from './abandon';
import { beginUpload } from './begin';
import type { Checkpoint, SentPart } from './checkpoint';
import type { Job } from './job';
import { PartsRun } from './partsRun';
import { remainderOf, resultThatStands, type StartOver } from './resume';
import type { UploadResult } from './types';

export interface MultipartPlan {
  /** Of a new upload; one that goes on keeps its own. Bytes. */
  readonly partSize: number;
  /** Parts that go at a time. */
  readonly parallel: number;
  /** True when it was asked to go on: then a source that has changed is an error and no new beginning. */
  readonly mustGoOn: boolean;
}

/** Brings a source to its key in parts, going on with what an interrupted transfer of the same has left. */
export async function sendInParts(job: Job, plan: MultipartPlan): Promise<UploadResult> {
  const found = await job.keeper.read();
  if (found === undefined) {
    return fromZero(job, plan);
  }
  if (found === 'unreadable') {
    return startOver(job, plan, 'checkpointUnreadable');
  }
  const remainder = await remainderOf(job, found);
  switch (remainder.kind) {
    case 'goOn': {
      const checkpoint = { ...found, overwrite: job.request.overwrite };
      return goOn(job, plan, checkpoint, remainder.parts);
    }
    case 'startOver':
      return startOver(job, plan, remainder.why, found);
    case 'done':
      await job.keeper.remove();
      return remainder.result;
  }
}

async function fromZero(job: Job, { partSize, parallel }: MultipartPlan): Promise<UploadResult> {
  return new PartsRun(job, parallel, await beginUpload(job, partSize)).run([]);
}

async function goOn(
  job: Job,
  plan: MultipartPlan,
  checkpoint: Checkpoint,
  parts: readonly SentPart[],
): Promise<UploadResult> {
  if (!checkpoint.overwrite) {
    // Somebody may have taken the key meanwhile, or we have, and only the answer was lost.
    const standing = await resultThatStands(job);
    if (standing === 'other') {
      throw new CodedError('oss.objectExists', { subject: job.destination.key });
    }
    if (standing !== undefined) {
      await job.keeper.remove();
      await abandonQuietly(job, checkpoint.uploadId);
      return standing;
    }
  }
  try {
    return await new PartsRun(job, plan.parallel, checkpoint).run(parts);
  } catch (error) {
    // Our own notes were believed, and were wrong.
    if (isCoded(error, 'oss.noSuchUpload')) {
      return startOver(job, plan, 'uploadGone');
    }
    throw error;
  }
}

async function startOver(
  job: Job,
  plan: MultipartPlan,
  why: StartOver,
  old?: Checkpoint,
): Promise<UploadResult> {
  job.log.warn(`transfer: ${job.destination.key} begins from zero: ${why}`);
  await job.keeper.remove();
  if (old !== undefined && why === 'sourceChanged') {
    await abandonQuietly(job, old.uploadId);
    if (plan.mustGoOn) {
      throw new CodedError('source.changed', { subject: old.source.name });
    }
  }
  return { ...(await fromZero(job, plan)), startedOver: why };
}
