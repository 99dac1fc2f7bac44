import { setMaxListeners } from 'node:events';
import { CodedError } from '../../errors/catalogue';
import { onAbort } from '../../util/abort';
import { ProbeOnReset } from '../../retry/probeOnReset';
import type { UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import type { RequestSlot } from '../schedule/slots';
import type { Part } from './partSizing';
import { copyPart, type CopiedPart } from '../delta/copyPart';
import type { Delta } from '../delta/plan';
import { compose } from '../../retry/policy';
import { SourceBody } from '../source/sourceBody';

const emptyBody = new Uint8Array(0);

export interface PartsRequest {
  readonly uploadId: string;
  readonly parts: readonly Part[];
  /** How many are sent or copied at the same time. */
  readonly parallel: number;
  /** The object that parts are copied from. */
  readonly base: Delta['base'] | undefined;
}

/**
 * Uploads parts in parallel. Copies come first: when one is refused, little has been sent in vain. The first failure that retries do not cure stops all of them and is thrown when all have
 * stopped. The source is checked for changes after each part, and as a whole at the end: a part that was uploaded early
 * may no longer match the file, and such parts must not become an object.
 */
export async function uploadParts(
  upload: UploadContext,
  { uploadId, parts, parallel, base }: PartsRequest,
  onUploaded: (part: UploadedPart) => void,
): Promise<void> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const stopListening = onAbort(upload.signal, () => stop.abort());
  const inner: UploadContext = { ...upload, signal: stop.signal };
  const isCopied = (part: Part): part is CopiedPart =>
    base !== undefined && part.copyFrom !== undefined;
  const queue = [...parts.filter(isCopied), ...parts.filter((part) => !isCopied(part))].values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const part of queue) {
      const sent = await upload.slots.run(
        (slot) =>
          base !== undefined && isCopied(part)
            ? copyPart(inner, uploadId, part, base)
            : uploadPart(inner, uploadId, part, slot),
        stop.signal,
      );
      upload.budget.refill();
      onUploaded(sent);
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
  await upload.source.verifyUnchanged();
}

async function uploadPart(
  upload: UploadContext,
  uploadId: string,
  part: Part,
  slot: RequestSlot,
): Promise<UploadedPart> {
  const { target, policy, source, meter, signal } = upload;
  const { partNumber } = part;
  const inFlight = meter.inFlight();
  const body = new SourceBody(source, part, slot, inFlight);
  const send = async (): Promise<UploadedPart> => {
    try {
      const response = await target.uploadPart({ uploadId, partNumber, body }, signal);
      const { crc64 } = body;
      if (crc64 === undefined) {
        // The server reported success before the last byte was sent.
        throw new CodedError('oss.bodyDamaged', { requestId: response.requestId });
      }
      if (response.crc64 !== undefined && response.crc64 !== crc64) {
        throw new CodedError('transfer.crcMismatch', { requestId: response.requestId });
      }
      return { partNumber, etag: response.etag, crc64 };
    } catch (error) {
      inFlight.reset();
      throw error;
    }
  };
  // An empty part with the same number is checked like this one, and this one replaces it later.
  const reason = new ProbeOnReset(() =>
    target.uploadPart({ uploadId, partNumber, body: emptyBody }, signal),
  );
  const sent = await compose(policy, reason).run(send, signal);
  await source.verifyUnchanged(part);
  inFlight.acknowledged(part.length);
  return sent;
}
