import { CodedError } from '../../errors/catalogue';
import { compose } from '../../retry/policy';
import { ProbeOnReset } from '../../retry/probeOnReset';
import type { RequestSlot } from '../schedule/slots';
import { SourceBody } from '../source/sourceBody';
import type { UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import type { PartInFlight } from './partInFlight';

const emptyBody = new Uint8Array(0);

/**
 * Sends a part, under the upload's retry policy.
 * @returns undefined when another request has sent it sooner
 */
export async function uploadPart(
  upload: UploadContext,
  uploadId: string,
  flight: PartInFlight,
  slot: RequestSlot,
): Promise<UploadedPart | undefined> {
  const { target, policy, source, meter, parallelism, signal } = upload;
  const { part } = flight;
  const { partNumber, length } = part;
  const inFlight = meter.inFlight();
  const isFirst = !flight.isSentTwice;
  const counted = {
    ...inFlight,
    sent: (bytes: number) => {
      flight.sentBytes += isFirst ? bytes : 0;
      inFlight.sent(bytes);
      parallelism.sent(bytes);
    },
  };
  const body = new SourceBody(source, part, slot, counted);
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
      return { partNumber, etag: response.etag, length, crc64 };
    } catch (error) {
      flight.hasFailed = true;
      inFlight.reset();
      throw error;
    }
  };
  // An empty part with the same number is checked like this one, and this one replaces it later. With a second request
  // under way it could replace what that one has sent, so then the reason remains unknown.
  const reason = new ProbeOnReset(async () => {
    if (!flight.isSentTwice) {
      await target.uploadPart({ uploadId, partNumber, body: emptyBody }, signal);
    }
  });
  const sent = await compose(policy, reason).run(send, signal);
  await source.verifyUnchanged();
  if (!flight.finish()) {
    inFlight.reset();
    return undefined;
  }
  inFlight.acknowledged(length);
  return sent;
}
