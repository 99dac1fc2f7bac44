import type { UploadContext } from '../upload/uploadContext';
import type { RequestSlot } from '../schedule/slots';
import type { Range } from './source';
import { SourceBody } from './sourceBody';

const uncounted = { sent: () => undefined, acknowledged: () => undefined, reset: () => undefined };

/** Reads a range of the source to compute its CRC-64. */
export async function crc64OfRange(
  { source, signal }: UploadContext,
  range: Range,
  slot: RequestSlot,
): Promise<bigint> {
  const body = new SourceBody(source, range, slot, uncounted);
  const slices = body.slices();
  try {
    while ((await slices.next()).done !== true) {
      signal.throwIfAborted();
    }
  } finally {
    await slices.return(undefined);
  }
  if (body.crc64 === undefined) {
    throw new RangeError('The range was not read to its end.');
  }
  return body.crc64;
}
