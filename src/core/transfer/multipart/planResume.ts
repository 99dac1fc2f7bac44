import { hasCode } from '../../errors/catalogue';
import type { ListedPart } from '../../oss/client';
import type { Checkpoint, UploadedPart } from '../storage/checkpoint';
import { crc64OfRange } from '../source/rangeCrc';
import { fingerprintOf } from '../source/fingerprint';
import type { UploadContext } from '../upload/uploadContext';
import { partCount, partRange } from './partSizing';
import { headTarget, matchesSource } from '../upload/precondition';
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
      return afterUploadGone(upload);
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
  { parts, partSize, source: { size } }: Checkpoint,
  listed: readonly ListedPart[],
): Promise<readonly UploadedPart[]> {
  const recorded = new Map(parts.map((part) => [part.partNumber, part]));
  const count = partCount(size, partSize);
  const confirmed: UploadedPart[] = [];
  for (const { partNumber, etag, size: storedSize, crc64 } of listed) {
    const part = partNumber <= count ? partRange(partNumber, size, partSize) : undefined;
    if (part?.length !== storedSize) {
      continue;
    }
    const record = recorded.get(partNumber);
    if (record?.etag === etag && (crc64 ?? record.crc64) === record.crc64) {
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
async function afterUploadGone(upload: UploadContext): Promise<ResumePlan> {
  const result = await findExistingResult(upload);
  return result === 'other' || result === undefined
    ? { kind: 'restart', reason: 'uploadGone' }
    : { kind: 'done', result };
}

/** The object with this key if it equals the source byte for byte; 'other' when its bytes differ. */
export async function findExistingResult(
  upload: UploadContext,
): Promise<UploadResult | 'other' | undefined> {
  const { target, source, slots, signal } = upload;
  const { size } = source;
  const existing = await slots.run(() => headTarget(upload), signal);
  if (existing === undefined || existing === 'denied') {
    return undefined;
  }
  if (existing.size !== size) {
    return 'other';
  }
  const crc64 = await slots.run(
    (slot) => crc64OfRange(upload, { start: 0, length: size }, slot),
    signal,
  );
  if (matchesSource(existing, size, crc64) === undefined) {
    return 'other';
  }
  const { bucket, key } = target;
  const { etag, requestId } = existing;
  return { bucket, key, size, etag, crc64, verified: true, requestId };
}
