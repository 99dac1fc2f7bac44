import { CodedError, isCoded } from '../errors';
import { combineCrc64 } from '../oss/crc64';
import { abandon } from './abandon';
import type { Checkpoint, SentPart } from './checkpoint';
import { completeUpload } from './complete';
import { edgesOf } from './edges';
import type { Job } from './job';
import { partCount, partOf } from './plan';
import { remainderOf, type StartOver } from './resume';
import { sendParts } from './sendParts';
import { refuseStanding, removeMade } from './standing';
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
    return new Multipart(job, plan, await begin(job, plan)).run([]);
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

async function goOn(
  job: Job,
  plan: MultipartPlan,
  checkpoint: Checkpoint,
  parts: readonly SentPart[],
): Promise<UploadResult> {
  try {
    return await new Multipart(job, plan, checkpoint).run(parts);
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
  const result = await new Multipart(job, plan, await begin(job, plan)).run([]);
  return { ...result, startedOver: why };
}

async function begin(job: Job, { partSize }: MultipartPlan): Promise<Checkpoint> {
  const { request, source, destination } = job;
  const edges = await edgesOf(source);
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
async function initiate(job: Job): Promise<string> {
  const { request, destination, policy, lanes, signal } = job;
  const { overwrite, contentType } = request;
  const looking = overwrite ? Promise.resolve() : lanes.run(() => refuseStanding(job), signal);
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
    await abandonQuietly(job, initiated.value);
  }
  await looking;
  return initiating;
}

/** What failed with one of these cannot go on from its checkpoint. */
const endsUpload = [
  'oss.noSuchUpload',
  'source.changed',
  'transfer.crcMismatch',
  'transfer.sizeMismatch',
] as const;

class Multipart {
  constructor(
    private readonly job: Job,
    private readonly plan: MultipartPlan,
    private readonly checkpoint: Checkpoint,
  ) {}

  /** @param kept what the server has already */
  async run(kept: readonly SentPart[]): Promise<UploadResult> {
    const { keeper } = this.job;
    await keeper.begin({ ...this.checkpoint, parts: kept });
    try {
      const result = await this.#send(kept);
      await keeper.remove();
      return result;
    } catch (error) {
      await keeper.flush();
      if (isCoded(error, ...endsUpload) || isRefusedPart(error)) {
        await keeper.remove();
        await abandonQuietly(this.job, this.checkpoint.uploadId);
      }
      throw error;
    }
  }

  async #send(kept: readonly SentPart[]): Promise<UploadResult> {
    const { job, plan } = this;
    const { uploadId, partSize } = this.checkpoint;
    const { size } = job.source;
    const sent = new Map(kept.map((part) => [part.partNumber, part]));
    const numbers = Array.from({ length: partCount(size, partSize) }, (_, index) => index + 1);
    const lengthOf = (partNumber: number): number => partOf(partNumber, size, partSize).length;
    job.meter.begin(
      size,
      kept.reduce((sum, { partNumber }) => sum + lengthOf(partNumber), 0),
    );
    await sendParts(
      job,
      {
        ...{ uploadId, partSize, parallel: plan.parallel },
        partNumbers: numbers.filter((number) => !sent.has(number)),
      },
      (part) => {
        sent.set(part.partNumber, part);
        job.keeper.add(part);
      },
    );
    job.meter.completing();
    const parts = numbers.flatMap((number) => sent.get(number) ?? []);
    const crc64 = parts.reduce(
      (sum, part) => combineCrc64(sum, part.crc64, lengthOf(part.partNumber)),
      0n,
    );
    const result = await job.lanes.run(
      () => completeUpload(job, { uploadId, parts, crc64 }),
      job.signal,
    );
    await this.#refuseChange();
    return result;
  }

  /** The source may have changed after its last part was read: then no such file ever was. */
  async #refuseChange(): Promise<void> {
    try {
      await this.job.source.verifyUnchanged();
    } catch (error) {
      await removeMade(this.job);
      throw error;
    }
  }
}

/** Parts that were noted are not those that the server holds. */
function isRefusedPart(error: unknown): boolean {
  return (
    isCoded(error, 'oss.rejected') &&
    ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].includes(error.facts.serverCode ?? '')
  );
}

async function abandonQuietly(job: Job, uploadId: string): Promise<void> {
  try {
    await abandon(job, uploadId);
  } catch (error) {
    job.log.warn(`transfer: the parts of ${job.destination.key} stay: ${String(error)}`);
  }
}
