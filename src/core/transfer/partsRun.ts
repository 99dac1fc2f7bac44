import { isCoded } from '../errors';
import { combineCrc64 } from '../oss/crc64';
import { abandonQuietly } from './abandon';
import type { Checkpoint, SentPart } from './checkpoint';
import { completeUpload } from './complete';
import type { Job } from './job';
import { partCount, partOf } from './plan';
import { sendParts } from './sendParts';
import { keepUnlessChanged } from './standing';
import type { UploadResult } from './types';

/** What failed with one of these cannot go on from its checkpoint. */
const endsUpload = [
  'oss.noSuchUpload',
  'source.changed',
  'transfer.crcMismatch',
  'transfer.sizeMismatch',
] as const;

/** One multipart upload, from what is missing of it to the object that stands. */
export class PartsRun {
  constructor(
    private readonly job: Job,
    /** Parts that go at a time. */
    private readonly parallel: number,
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
    const { job, parallel } = this;
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
        ...{ uploadId, partSize, parallel },
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
    await keepUnlessChanged(job);
    return result;
  }
}

/** Parts that were noted are not those that the server holds. */
function isRefusedPart(error: unknown): boolean {
  return (
    isCoded(error, 'oss.rejected') &&
    ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].includes(error.facts.serverCode ?? '')
  );
}
