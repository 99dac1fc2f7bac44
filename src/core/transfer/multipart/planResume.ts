import type { ListedPart } from '../../oss/client';
import { partStart, type Checkpoint, type UploadedPart } from '../storage/checkpoint';
import { sentBytes } from '../delta/plan';
import { crc64OfRange } from '../source/rangeCrc';
import type { Range } from '../source/source';
import { fingerprintOf } from '../source/fingerprint';
import type { UploadContext } from '../upload/uploadContext';
import { compareTarget } from '../upload/precondition';
import type { RestartReason, UploadResult } from '../types';
import { listedParts } from './listedParts';

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
  const { target, policy, slots, parallelism, signal, log } = upload;
  if (checkpoint.bucket !== target.bucket || checkpoint.keyPrefix !== target.keyPrefix) {
    return { kind: 'restart', reason: 'locationChanged' };
  }
  if (!(await isSameSource(upload, checkpoint.source))) {
    return { kind: 'restart', reason: 'sourceChanged' };
  }
  const list = (): Promise<readonly ListedPart[]> =>
    parallelism.probe(() => target.listParts(checkpoint.uploadId, signal));
  const listed = await slots.run(() => listedParts(policy.run(list, signal)), signal);
  if (listed === 'gone') {
    return afterUploadGone(upload, checkpoint);
  }
  if (listed === 'denied') {
    log.info('transfer: listing the parts is denied, so the checkpoint is used');
    return { kind: 'resume', parts: checkpoint.parts };
  }
  return { kind: 'resume', parts: await confirmParts(upload, checkpoint, listed) };
}

/** The parts on the server that match this source, in the order of their numbers. */
async function confirmParts(
  upload: UploadContext,
  checkpoint: Checkpoint,
  listed: readonly ListedPart[],
): Promise<readonly UploadedPart[]> {
  const recorded = new Map(checkpoint.parts.map((part) => [part.partNumber, part]));
  const confirmed: UploadedPart[] = [];
  let free = 0;
  const confirm = (range: Range, part: UploadedPart): void => {
    confirmed.push(part);
    free = range.start + range.length;
  };
  const inOrder = listed.toSorted((one, other) => one.partNumber - other.partNumber);
  for (const { partNumber, etag, size: length, crc64 } of inOrder) {
    const range = rangeOfListed(checkpoint, partNumber, length);
    if (range === undefined || range.start < free) {
      continue;
    }
    const record = recorded.get(partNumber);
    if (checkpoint.delta?.parts[partNumber - 1]?.copyFrom !== undefined) {
      // Nothing but this range was ever copied to this number, and the whole object is verified at the end.
      confirm(range, { partNumber, etag, length });
    } else if (
      record?.etag === etag &&
      record.length === length &&
      (crc64 ?? record.crc64) === record.crc64
    ) {
      confirm(range, record);
    } else if (crc64 !== undefined) {
      // It was uploaded, but the interruption came before it was written to the checkpoint.
      const ours = await upload.slots.run(
        (slot) => crc64OfRange(upload, range, slot),
        upload.signal,
      );
      if (ours === crc64) {
        confirm(range, { partNumber, etag, length, crc64 });
      }
    }
  }
  return confirmed;
}

/** @returns undefined for a part that this upload cannot have sent */
function rangeOfListed(
  checkpoint: Checkpoint,
  partNumber: number,
  length: number,
): Range | undefined {
  const { source, unitBytes, delta } = checkpoint;
  const start = partStart(checkpoint, partNumber);
  if (start === undefined) {
    return undefined;
  }
  const isPossible =
    delta === undefined
      ? length > 0 &&
        (start + length === source.size ||
          (start + length < source.size && length % unitBytes === 0))
      : length === delta.parts[partNumber - 1]?.length;
  return isPossible ? { start, length } : undefined;
}

/** The upload no longer exists: it was completed if the object exists, else someone aborted it. */
async function afterUploadGone(upload: UploadContext, checkpoint: Checkpoint): Promise<ResumePlan> {
  const { slots, signal } = upload;
  const { identical } = await slots.run((slot) => compareTarget(upload, slot), signal);
  const { source, delta } = checkpoint;
  const sent = delta === undefined ? source.size : sentBytes(delta.parts);
  return identical === undefined
    ? { kind: 'restart', reason: 'uploadGone' }
    : { kind: 'done', result: { ...identical, sentBytes: sent, isIdentical: false } };
}
