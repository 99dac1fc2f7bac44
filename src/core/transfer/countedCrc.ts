import type { UploadContext } from './job';
import type { RequestSlot } from './lanes';
import type { Range } from './source';
import { SourceBody } from './sourceBody';

const noFlight = { sent: () => undefined, landed: () => undefined, lost: () => undefined };

/** The CRC-64 of a range of the source, read for that alone. */
export async function crc64OfRange(
  { source, signal }: UploadContext,
  range: Range,
  lane: RequestSlot,
): Promise<bigint> {
  const body = new SourceBody(source, range, lane, noFlight);
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
