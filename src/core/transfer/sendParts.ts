import { setMaxListeners } from 'node:events';
import { CodedError } from '../errors/catalogue';
import { onAbort } from '../util/abort';
import { ProbeOnReset } from './askWhy';
import type { UploadedPart } from './checkpoint';
import type { UploadContext } from './job';
import type { RequestSlot } from './lanes';
import { partRange, type Part } from './plan';
import { compose } from './policy';
import { SourceBody } from './sourceBody';

const nothing = new Uint8Array(0);

export interface PartsRequest {
  readonly uploadId: string;
  /** Bytes. */
  readonly partSize: number;
  readonly partNumbers: readonly number[];
  /** How many go at a time. */
  readonly parallel: number;
}

/**
 * Sends parts side by side. The first failure that no try cures stops all of them, and is thrown when all have
 * stopped. After each part it is looked whether what went into it has changed, and in the end at the whole source: a
 * part that had arrived long before may no longer be of it, and nothing shall be made of such parts.
 */
export async function uploadParts(
  job: UploadContext,
  { uploadId, partSize, partNumbers, parallel }: PartsRequest,
  onArrived: (part: UploadedPart) => void,
): Promise<void> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const stopListening = onAbort(job.signal, () => stop.abort());
  const inner: UploadContext = { ...job, signal: stop.signal };
  const queue = partNumbers.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const partNumber of queue) {
      const part = partRange(partNumber, job.source.size, partSize);
      const sent = await job.lanes.run(
        (lane) => uploadPart(inner, uploadId, part, lane),
        stop.signal,
      );
      job.budget.refill();
      onArrived(sent);
    }
  };
  const stopping = (error: unknown): void => {
    failure ??= { error };
    stop.abort();
  };
  try {
    await Promise.all(Array.from({ length: parallel }, () => worker().catch(stopping)));
  } finally {
    stopListening();
  }
  if (failure !== undefined) {
    throw failure.error;
  }
  await job.source.verifyUnchanged();
}

async function uploadPart(
  job: UploadContext,
  uploadId: string,
  part: Part,
  lane: RequestSlot,
): Promise<UploadedPart> {
  const { destination, policy, source, meter, signal } = job;
  const { partNumber } = part;
  const flight = meter.flight();
  const body = new SourceBody(source, part, lane, flight);
  const send = async (): Promise<UploadedPart> => {
    try {
      const answer = await destination.uploadPart({ uploadId, partNumber, body }, signal);
      const { crc64 } = body;
      if (crc64 === undefined) {
        // Success before the last byte was sent.
        throw new CodedError('oss.bodyDamaged', { requestId: answer.requestId });
      }
      if (answer.crc64 !== undefined && answer.crc64 !== crc64) {
        throw new CodedError('transfer.crcMismatch', { requestId: answer.requestId });
      }
      return { partNumber, etag: answer.etag, crc64 };
    } catch (error) {
      flight.lost();
      throw error;
    }
  };
  // An empty part in the place of this one: it is judged like this one, and this one replaces it.
  const why = new ProbeOnReset(() =>
    destination.uploadPart({ uploadId, partNumber, body: nothing }, signal),
  );
  const sent = await compose(policy, why).run(send, signal);
  await source.verifyUnchanged(part);
  flight.landed(part.length);
  return sent;
}
