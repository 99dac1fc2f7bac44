import { hasCode } from '../../errors/catalogue';
import type { ListedPart } from '../../oss/client';
import { partsOf, type Checkpoint, type UploadedPart } from '../storage/checkpoint';
import { sentBytes } from '../delta/plan';
import { crc64OfRange } from '../source/rangeCrc';
import { fingerprintOf } from '../source/fingerprint';
import type { UploadContext } from '../upload/uploadContext';
import { compareTarget } from '../upload/precondition';
import type { RestartReason, UploadResult } from '../types';

/** What remains to be done for an interrupted upload. */
export type ResumePlan =
  | { readonly kind: 'resume'; readonly parts: readonly UploadedPart[] }
  | { readonly kind: 'restart'; readonly reason: RestartReason }
  /** It was completed, and only the response was lost. */
  | { readonly kind: 'done'; readonly result: UploadResult };

/** Whether the source is still the file that the checkpoint describes. */
export async function isSameSource(
  { source }: UploadContext,
  snapshot: Checkpoint['source'],
): Promise<boolean> {
  return (
    source.size === snapshot.size &&
    source.mtimeMs === snapshot.mtimeMs &&
    (await fingerprintOf(source)) === snapshot.fingerprint
  );
}

/** Asks the server which parts it has. Its list wins over the checkpoint, which may lack the last parts. */
export async function planResume(
  upload: UploadContext,
  checkpoint: Checkpoint,
): Promise<ResumePlan> {
  const { target, policy, slots, signal, log } = upload;
  if (checkpoint.bucket !== target.bucket || checkpoint.keyPrefix !== target.keyPrefix) {
    return { kind: 'restart', reason: 'locationChanged' };
  }
  if (!(await isSameSource(upload, checkpoint.source))) {
    return { kind: 'restart', reason: 'sourceChanged' };
  }
  try {
    const list = (): Promise<readonly ListedPart[]> =>
      target.listParts(checkpoint.uploadId, signal);
    const listed = await slots.run(() => policy.run(list, signal), signal);
    return { kind: 'resume', parts: await confirmParts(upload, checkpoint, listed) };
  } catch (error) {
    if (hasCode(error, 'oss.noSuchUpload')) {
      return afterUploadGone(upload, checkpoint);
    }
    if (hasCode(error, 'oss.accessDenied')) {
      log.info('transfer: listing the parts is denied, so the checkpoint is used');
      return { kind: 'resume', parts: checkpoint.parts };
    }
    throw error;
  }
}

/** The parts on the server that match this source. */
async function confirmParts(
  upload: UploadContext,
  checkpoint: Checkpoint,
  listed: readonly ListedPart[],
): Promise<readonly UploadedPart[]> {
  const recorded = new Map(checkpoint.parts.map((part) => [part.partNumber, part]));
  const planned = new Map(partsOf(checkpoint).map((part) => [part.partNumber, part]));
  const confirmed: UploadedPart[] = [];
  for (const { partNumber, etag, size: storedSize, crc64 } of listed) {
    const part = planned.get(partNumber);
    if (part?.length !== storedSize) {
      continue;
    }
    const record = recorded.get(partNumber);
    if (part.copyFrom !== undefined) {
      // Nothing but this range was ever copied to this number, and the whole object is verified at the end.
      confirmed.push({ partNumber, etag });
    } else if (record?.etag === etag && (crc64 ?? record.crc64) === record.crc64) {
      confirmed.push(record);
    } else if (crc64 !== undefined) {
      // It was uploaded, but the interruption came before it was written to the checkpoint.
      const ours = await upload.slots.run(
        (slot) => crc64OfRange(upload, part, slot),
        upload.signal,
      );
      if (ours === crc64) {
        confirmed.push({ partNumber, etag, crc64 });
      }
    }
  }
  return confirmed;
}

/** The upload no longer exists: it was completed if the object exists, else someone aborted it. */
async function afterUploadGone(upload: UploadContext, checkpoint: Checkpoint): Promise<ResumePlan> {
  const { slots, signal } = upload;
  const { identical } = await slots.run((slot) => compareTarget(upload, slot), signal);
  return identical === undefined
    ? { kind: 'restart', reason: 'uploadGone' }
    : {
        kind: 'done',
        result: { ...identical, sentBytes: sentBytes(partsOf(checkpoint)), isIdentical: false },
      };
}
