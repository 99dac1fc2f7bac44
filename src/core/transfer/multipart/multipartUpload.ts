import { endsMultipart } from '../../errors/classify';
import { combineCrc64 } from '../../oss/crc64';
import { tryAbortUpload } from './abort';
import type { Checkpoint, UploadedPart } from '../storage/checkpoint';
import { completeUpload } from './complete';
import type { UploadContext } from '../upload/uploadContext';
import { partCount, partRange } from './partSizing';
import { uploadParts } from './uploadParts';
import type { UploadResult } from '../types';

/** One multipart upload: sends the missing parts, completes it and verifies the object. */
export class MultipartUpload {
  constructor(
    private readonly upload: UploadContext,
    /** Parts that are sent at the same time. */
    private readonly parallel: number,
    private readonly checkpoint: Checkpoint,
  ) {}

  /** @param uploaded the parts that the server has already */
  async run(uploaded: readonly UploadedPart[]): Promise<UploadResult> {
    const { checkpoints } = this.upload;
    await checkpoints.begin({ ...this.checkpoint, parts: uploaded });
    try {
      const result = await this.#send(uploaded);
      await checkpoints.remove();
      return result;
    } catch (error) {
      await checkpoints.flush();
      if (endsMultipart(error)) {
        await checkpoints.remove();
        await tryAbortUpload(this.upload, this.checkpoint.uploadId);
      }
      throw error;
    }
  }

  async #send(uploaded: readonly UploadedPart[]): Promise<UploadResult> {
    const { upload, parallel } = this;
    const { uploadId, partSize } = this.checkpoint;
    const { size } = upload.source;
    const sent = new Map(uploaded.map((part) => [part.partNumber, part]));
    const numbers = Array.from({ length: partCount(size, partSize) }, (_, index) => index + 1);
    const lengthOf = (partNumber: number): number => partRange(partNumber, size, partSize).length;
    upload.meter.begin(
      size,
      uploaded.reduce((sum, { partNumber }) => sum + lengthOf(partNumber), 0),
    );
    await uploadParts(
      upload,
      {
        ...{ uploadId, partSize, parallel },
        partNumbers: numbers.filter((number) => !sent.has(number)),
      },
      (part) => {
        sent.set(part.partNumber, part);
        upload.checkpoints.add(part);
      },
    );
    upload.meter.setCompleting();
    const parts = numbers.flatMap((number) => sent.get(number) ?? []);
    const crc64 = parts.reduce(
      (sum, part) => combineCrc64(sum, part.crc64, lengthOf(part.partNumber)),
      0n,
    );
    // The source was verified after its last byte had been read, so a later change does not matter.
    return upload.slots.run(
      () => completeUpload(upload, { uploadId, parts, crc64 }),
      upload.signal,
    );
  }
}
