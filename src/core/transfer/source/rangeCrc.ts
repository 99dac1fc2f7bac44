import type { RequestSlot } from '../schedule/slots';
import type { OpenSource, Range } from './source';
import { SourceBody } from './sourceBody';

const uncounted = { sent: () => undefined, acknowledged: () => undefined, reset: () => undefined };

/**
 * Reads a range of the source to compute its CRC-64.
 * @param onRead receives the bytes in order; they are overwritten later
 */
export async function crc64OfRange(
  { source, signal }: { readonly source: OpenSource; readonly signal: AbortSignal },
  range: Range,
  slot: RequestSlot,
  onRead?: (bytes: Uint8Array) => void,
): Promise<bigint> {
  const body = new SourceBody(source, range, slot, uncounted);
  for await (const bytes of body.slices()) {
    signal.throwIfAborted();
    onRead?.(bytes);
  }
  if (body.crc64 === undefined) {
    throw new RangeError('The range was not read to its end.');
  }
  return body.crc64;
}
