import { endsMultipart } from '../../errors/classify';
import { combineCrc64 } from '../../oss/crc64';
import { tryAbortUpload } from './abort';
import { partsOf, type Checkpoint, type UploadedPart } from '../storage/checkpoint';
import { completeDelta } from '../delta/completeDelta';
import { sentBytes } from '../delta/plan';
import { completeUpload, type VerifiedObject } from './complete';
import type { UploadContext } from '../upload/uploadContext';
import type { Part } from './partSizing';
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
    const { uploadId, delta } = this.checkpoint;
    const parts = partsOf(this.checkpoint);
    const done = new Map(uploaded.map((part) => [part.partNumber, part]));
    const isDone = ({ partNumber }: Part): boolean => done.has(partNumber);
    upload.meter.begin(
      upload.source.size,
      parts.filter(isDone).reduce((sum, { length }) => sum + length, 0),
    );
    const missing = parts.filter((part) => !isDone(part));
    await uploadParts(upload, { uploadId, parts: missing, parallel, base: delta?.base }, (part) => {
      done.set(part.partNumber, part);
      upload.checkpoints.add(part);
    });
    upload.meter.setCompleting();
    const request = {
      uploadId,
      parts: parts.flatMap(({ partNumber }) => done.get(partNumber) ?? []),
      crc64: delta?.crc64 ?? combined(parts, done),
    };
    // The source was verified after its last byte had been read, so a later change does not matter.
    const completed = await upload.slots.run<VerifiedObject>(
      () =>
        delta === undefined
          ? completeUpload(upload, request)
          : completeDelta(upload, request, parts),
      upload.signal,
    );
    return { ...completed, sentBytes: sentBytes(parts) };
  }
}

/** The CRC-64 of parts that were all sent. */
function combined(parts: readonly Part[], sent: ReadonlyMap<number, UploadedPart>): bigint {
  return parts.reduce(
    (sum, { partNumber, length }) => combineCrc64(sum, sent.get(partNumber)?.crc64 ?? 0n, length),
    0n,
  );
}
