import { endsMultipart } from '../errors/classify';
import { combineCrc64 } from '../oss/crc64';
import { tryAbortUpload } from './abandon';
import type { Checkpoint, UploadedPart } from './checkpoint';
import { completeUpload } from './complete';
import type { UploadContext } from './job';
import { partCount, partRange } from './plan';
import { uploadParts } from './sendParts';
import type { UploadResult } from './types';

/** One multipart upload, from what is missing of it to the object that stands. */
export class MultipartUpload {
  constructor(
    private readonly job: UploadContext,
    /** Parts that go at a time. */
    private readonly parallel: number,
    private readonly checkpoint: Checkpoint,
  ) {}

  /** @param kept what the server has already */
  async run(kept: readonly UploadedPart[]): Promise<UploadResult> {
    const { keeper } = this.job;
    await keeper.begin({ ...this.checkpoint, parts: kept });
    try {
      const result = await this.#send(kept);
      await keeper.remove();
      return result;
    } catch (error) {
      await keeper.flush();
      if (endsMultipart(error)) {
        await keeper.remove();
        await tryAbortUpload(this.job, this.checkpoint.uploadId);
      }
      throw error;
    }
  }

  async #send(kept: readonly UploadedPart[]): Promise<UploadResult> {
    const { job, parallel } = this;
    const { uploadId, partSize } = this.checkpoint;
    const { size } = job.source;
    const sent = new Map(kept.map((part) => [part.partNumber, part]));
    const numbers = Array.from({ length: partCount(size, partSize) }, (_, index) => index + 1);
    const lengthOf = (partNumber: number): number => partRange(partNumber, size, partSize).length;
    job.meter.begin(
      size,
      kept.reduce((sum, { partNumber }) => sum + lengthOf(partNumber), 0),
    );
    await uploadParts(
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
    // The last check of the source came after its last byte was read: what it became since then does not matter.
    return job.lanes.run(() => completeUpload(job, { uploadId, parts, crc64 }), job.signal);
  }
}
