import { endsMultipart } from '../../errors/classify';
import { combineCrc64 } from '../../oss/crc64';
import { tryAbortUpload } from './abort';
import {
  acknowledgedBytes,
  inOrder,
  type Checkpoint,
  type UploadedPart,
} from '../storage/checkpoint';
import { isCopied } from '../delta/copyPart';
import { completeDelta } from '../delta/completeDelta';
import { sentBytes } from '../delta/plan';
import { completeUpload, type VerifiedObject } from './complete';
import type { UploadContext } from '../upload/uploadContext';
import type { PartSizing } from './partSizing';
import { missingPieces, PartQueue } from './partQueue';
import { uploadParts } from './uploadParts';
import type { UploadResult } from '../types';

/**
 * Sends the missing parts of a multipart upload, completes it and verifies the object.
 * @param uploaded the parts that the server has already
 */
export async function runMultipartUpload(
  upload: UploadContext,
  sizing: PartSizing,
  checkpoint: Checkpoint,
  uploaded: readonly UploadedPart[],
): Promise<UploadResult> {
  const { checkpoints } = upload;
  await checkpoints.begin({ ...checkpoint, parts: uploaded });
  try {
    const result = await sendAndComplete(upload, sizing, checkpoint, uploaded);
    await checkpoints.remove();
    return result;
  } catch (error) {
    await checkpoints.flush();
    if (endsMultipart(error)) {
      await checkpoints.remove();
      await tryAbortUpload(upload, checkpoint.uploadId);
    }
    throw error;
  }
}

async function sendAndComplete(
  upload: UploadContext,
  sizing: PartSizing,
  checkpoint: Checkpoint,
  uploaded: readonly UploadedPart[],
): Promise<UploadResult> {
  const { uploadId, delta } = checkpoint;
  const { size } = upload.source;
  const done = new Map(uploaded.map((part) => [part.partNumber, part]));
  upload.meter.begin(size, acknowledgedBytes({ parts: uploaded }));
  const queue = queueOf(checkpoint, done);
  await uploadParts(upload, { uploadId, queue, sizing, base: delta?.base }, (part) => {
    done.set(part.partNumber, part);
    upload.checkpoints.add(part);
  });
  upload.meter.setCompleting();
  const parts = inOrder(done.values());
  const request = { uploadId, parts, crc64: delta?.crc64 ?? combined(parts) };
  // The source was verified after its last byte had been read, so a later change does not matter.
  const completed = await upload.slots.run<VerifiedObject>(
    () => (delta === undefined ? completeUpload(upload, request) : completeDelta(upload, request)),
    upload.signal,
  );
  return { ...completed, sentBytes: delta === undefined ? size : sentBytes(delta.parts) };
}

function queueOf(
  { delta, unitBytes, source }: Checkpoint,
  done: ReadonlyMap<number, UploadedPart>,
): PartQueue {
  if (delta === undefined) {
    const missing = missingPieces(inOrder(done.values()), source.size, unitBytes);
    return new PartQueue(missing, unitBytes);
  }
  const missing = delta.parts
    .map((part, index) => ({ partNumber: index + 1, ...part }))
    .filter(({ partNumber }) => !done.has(partNumber));
  // Copies come first: when one is refused, little has been sent in vain.
  return new PartQueue([...missing.filter(isCopied), ...missing.filter((part) => !isCopied(part))]);
}

/** The CRC-64 of parts that were all sent, in their order. */
function combined(parts: readonly UploadedPart[]): bigint {
  return parts.reduce((sum, { crc64 = 0n, length }) => combineCrc64(sum, crc64, length), 0n);
}
