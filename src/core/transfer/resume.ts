import { isCoded } from '../errors';
import type { StoredPart } from '../oss/client';
import type { Checkpoint, SentPart } from './checkpoint';
import { crc64Of } from './countedCrc';
import { edgesOf } from './edges';
import type { Job } from './job';
import { partCount, partOf } from './plan';
import { lookAtKey, sameObject } from './standing';
import type { UploadResult } from './types';

/** Why a transfer that was interrupted began from zero instead of going on. */
export type StartOver =
  /** The checkpoint cannot be read, or another version wrote it. */
  | 'checkpointUnreadable'
  /** The file is not the one that was interrupted. */
  | 'sourceChanged'
  /** The server knows nothing of the upload any more. */
  | 'uploadGone'
  /** The credential points to another bucket or prefix now. */
  | 'credentialMoved';

/** What is left to do of an interrupted transfer. */
export type Remainder =
  | { readonly kind: 'goOn'; readonly parts: readonly SentPart[] }
  | { readonly kind: 'startOver'; readonly why: StartOver }
  /** It was completed, and only the answer was lost. */
  | { readonly kind: 'done'; readonly result: UploadResult };

/** Whether the source is still the one that the checkpoint is about. */
export async function isSameSource({ source }: Job, mark: Checkpoint['source']): Promise<boolean> {
  return (
    source.size === mark.size &&
    source.mtimeMs === mark.mtimeMs &&
    (await edgesOf(source)) === mark.edges
  );
}

/** Finds out what the server has already. It is believed: of our own notes, the last may be missing. */
export async function remainderOf(job: Job, checkpoint: Checkpoint): Promise<Remainder> {
  const { destination, policy, lanes, signal, log } = job;
  if (checkpoint.bucket !== destination.bucket || checkpoint.keyPrefix !== destination.keyPrefix) {
    return { kind: 'startOver', why: 'credentialMoved' };
  }
  if (!(await isSameSource(job, checkpoint.source))) {
    return { kind: 'startOver', why: 'sourceChanged' };
  }
  try {
    const list = (): Promise<readonly StoredPart[]> =>
      destination.listParts(checkpoint.uploadId, signal);
    const stored = await lanes.run(() => policy.run(list, signal), signal);
    return { kind: 'goOn', parts: await confirm(job, checkpoint, stored) };
  } catch (error) {
    if (isCoded(error, 'oss.noSuchUpload')) {
      return afterTheUpload(job);
    }
    if (isCoded(error, 'oss.accessDenied')) {
      log.info('transfer: the parts may not be listed, our own notes are believed');
      return { kind: 'goOn', parts: checkpoint.parts };
    }
    throw error;
  }
}

/** The parts, of those that the server holds, that are parts of this source. */
async function confirm(
  job: Job,
  { parts, partSize, source: { size } }: Checkpoint,
  stored: readonly StoredPart[],
): Promise<readonly SentPart[]> {
  const noted = new Map(parts.map((part) => [part.partNumber, part]));
  const count = partCount(size, partSize);
  const confirmed: SentPart[] = [];
  for (const { partNumber, etag, size: storedSize, crc64 } of stored) {
    const part = partNumber <= count ? partOf(partNumber, size, partSize) : undefined;
    if (part?.length !== storedSize) {
      continue;
    }
    const note = noted.get(partNumber);
    if (note?.etag === etag && (crc64 ?? note.crc64) === note.crc64) {
      confirmed.push(note);
    } else if (crc64 !== undefined) {
      // It arrived, but we were interrupted before we could note it.
      const ours = await job.lanes.run((lane) => crc64Of(job, part, lane), job.signal);
      if (ours === crc64) {
        confirmed.push({ partNumber, etag, crc64 });
      }
    }
  }
  return confirmed;
}

/** The upload is gone: completed, if the object stands; else aborted by somebody. */
async function afterTheUpload(job: Job): Promise<Remainder> {
  const result = await resultThatStands(job);
  return result === 'other' || result === undefined
    ? { kind: 'startOver', why: 'uploadGone' }
    : { kind: 'done', result };
}

/** What stands under the key, if it is the source byte for byte; 'other' when it is something else. */
export async function resultThatStands(job: Job): Promise<UploadResult | 'other' | undefined> {
  const { destination, source, lanes, signal } = job;
  const { size } = source;
  const standing = await lanes.run(() => lookAtKey(job), signal);
  if (standing === undefined || standing === 'denied') {
    return undefined;
  }
  if (standing.size !== size) {
    return 'other';
  }
  const crc64 = await lanes.run((lane) => crc64Of(job, { start: 0, length: size }, lane), signal);
  if (sameObject(standing, size, crc64) === undefined) {
    return 'other';
  }
  const { bucket, key } = destination;
  const { etag, requestId } = standing;
  return { bucket, key, size, etag, crc64, verified: true, requestId };
}
