import { hasCode } from '../errors/catalogue';
import type { ListedPart } from '../oss/client';
import type { Checkpoint, UploadedPart } from './checkpoint';
import { crc64OfRange } from './countedCrc';
import { fingerprintOf } from './edges';
import type { UploadContext } from './job';
import { partCount, partRange } from './plan';
import { headTarget, matchesSource } from './standing';
import type { UploadResult } from './types';

/** Why a transfer that was interrupted began from zero instead of going on. */
export type RestartReason =
  /** The checkpoint cannot be read, or another version wrote it. */
  | 'checkpointUnreadable'
  /** The file is not the one that was interrupted. */
  | 'sourceChanged'
  /** The server knows nothing of the upload any more. */
  | 'uploadGone'
  /** The credential points to another bucket or prefix now. */
  | 'credentialMoved';

/** What is left to do of an interrupted transfer. */
export type ResumePlan =
  | { readonly kind: 'goOn'; readonly parts: readonly UploadedPart[] }
  | { readonly kind: 'startOver'; readonly why: RestartReason }
  /** It was completed, and only the answer was lost. */
  | { readonly kind: 'done'; readonly result: UploadResult };

/** Whether the source is still the one that the checkpoint is about. */
export async function isSameSource(
  { source }: UploadContext,
  mark: Checkpoint['source'],
): Promise<boolean> {
  return (
    source.size === mark.size &&
    source.mtimeMs === mark.mtimeMs &&
    (await fingerprintOf(source)) === mark.edges
  );
}

/** Finds out what the server has already. It is believed: of our own notes, the last may be missing. */
export async function planResume(job: UploadContext, checkpoint: Checkpoint): Promise<ResumePlan> {
  const { destination, policy, lanes, signal, log } = job;
  if (checkpoint.bucket !== destination.bucket || checkpoint.keyPrefix !== destination.keyPrefix) {
    return { kind: 'startOver', why: 'credentialMoved' };
  }
  if (!(await isSameSource(job, checkpoint.source))) {
    return { kind: 'startOver', why: 'sourceChanged' };
  }
  try {
    const list = (): Promise<readonly ListedPart[]> =>
      destination.listParts(checkpoint.uploadId, signal);
    const stored = await lanes.run(() => policy.run(list, signal), signal);
    return { kind: 'goOn', parts: await confirmParts(job, checkpoint, stored) };
  } catch (error) {
    if (hasCode(error, 'oss.noSuchUpload')) {
      return afterUploadGone(job);
    }
    if (hasCode(error, 'oss.accessDenied')) {
      log.info('transfer: the parts may not be listed, our own notes are believed');
      return { kind: 'goOn', parts: checkpoint.parts };
    }
    throw error;
  }
}

/** The parts, of those that the server holds, that are parts of this source. */
async function confirmParts(
  job: UploadContext,
  { parts, partSize, source: { size } }: Checkpoint,
  stored: readonly ListedPart[],
): Promise<readonly UploadedPart[]> {
  const noted = new Map(parts.map((part) => [part.partNumber, part]));
  const count = partCount(size, partSize);
  const confirmed: UploadedPart[] = [];
  for (const { partNumber, etag, size: storedSize, crc64 } of stored) {
    const part = partNumber <= count ? partRange(partNumber, size, partSize) : undefined;
    if (part?.length !== storedSize) {
      continue;
    }
    const note = noted.get(partNumber);
    if (note?.etag === etag && (crc64 ?? note.crc64) === note.crc64) {
      confirmed.push(note);
    } else if (crc64 !== undefined) {
      // It arrived, but we were interrupted before we could note it.
      const ours = await job.lanes.run((lane) => crc64OfRange(job, part, lane), job.signal);
      if (ours === crc64) {
        confirmed.push({ partNumber, etag, crc64 });
      }
    }
  }
  return confirmed;
}

/** The upload is gone: completed, if the object stands; else aborted by somebody. */
async function afterUploadGone(job: UploadContext): Promise<ResumePlan> {
  const result = await findExistingResult(job);
  return result === 'other' || result === undefined
    ? { kind: 'startOver', why: 'uploadGone' }
    : { kind: 'done', result };
}

/** What stands under the key, if it is the source byte for byte; 'other' when it is something else. */
export async function findExistingResult(
  job: UploadContext,
): Promise<UploadResult | 'other' | undefined> {
  const { destination, source, lanes, signal } = job;
  const { size } = source;
  const standing = await lanes.run(() => headTarget(job), signal);
  if (standing === undefined || standing === 'denied') {
    return undefined;
  }
  if (standing.size !== size) {
    return 'other';
  }
  const crc64 = await lanes.run(
    (lane) => crc64OfRange(job, { start: 0, length: size }, lane),
    signal,
  );
  if (matchesSource(standing, size, crc64) === undefined) {
    return 'other';
  }
  const { bucket, key } = destination;
  const { etag, requestId } = standing;
  return { bucket, key, size, etag, crc64, verified: true, requestId };
}
