import { CodedError, hasCode } from '../../errors/catalogue';
import type { PutResponse } from '../../oss/client';
import { ProbeOnReset } from '../../retry/probeOnReset';
import type { UploadContext } from './uploadContext';
import type { RequestSlot } from '../schedule/slots';
import { compose } from '../../retry/policy';
import type { InFlightBytes } from '../progress';
import { SourceBody } from '../source/sourceBody';
import { checkTarget, compareTarget, deleteUploaded } from './precondition';
import type { UploadResult } from '../types';
import { isAmbiguous } from '../../errors/classify';

/** Up to this size, sending costs no more than a HEAD; bytes. */
const skipCheckBelowBytes = 1024 * 1024;

/** Uploads a source in a single PutObject. */
export function putSingle(upload: UploadContext): Promise<UploadResult> {
  const { request, source, target, slots, versioning, meter, signal } = upload;
  const put = (checkFirst: boolean): Promise<UploadResult> =>
    slots.run(async (slot) => {
      const { identical } = checkFirst ? await checkTarget(upload, slot) : {};
      if (identical !== undefined) {
        return identical;
      }
      meter.begin(source.size);
      return new SinglePut(upload, slot).run();
    }, signal);
  // A HEAD avoids sending many bytes in vain, and replacing an object by the same one.
  return request.overwrite || source.size > skipCheckBelowBytes
    ? put(true)
    : versioning.run(target.bucket, put, signal);
}

class SinglePut {
  readonly #body: SourceBody;
  readonly #inFlight: InFlightBytes;
  /** An earlier attempt stored a damaged object that could not be deleted. */
  #damage: CodedError | undefined;
  /** An earlier attempt may have stored the object although its response was lost. */
  #mayExist = false;

  constructor(
    private readonly upload: UploadContext,
    private readonly slot: RequestSlot,
  ) {
    const { source, meter } = upload;
    this.#inFlight = meter.inFlight();
    // The last bytes of a file that has changed are never sent, so OSS stores nothing and keeps the existing object.
    this.#body = new SourceBody(
      source,
      { start: 0, length: source.size },
      slot,
      this.#inFlight,
      () => source.verifyUnchanged(),
    );
  }

  async run(): Promise<UploadResult> {
    const { policy, signal, source } = this.upload;
    const withProbe = compose(policy, new ProbeOnReset(() => this.#probe()));
    const result = await withProbe.run(() => this.#attempt(), signal);
    this.#inFlight.acknowledged(source.size);
    return result;
  }

  async #attempt(): Promise<UploadResult> {
    const { target, request, versioning, signal } = this.upload;
    try {
      const response = await target.put(
        {
          body: this.#body,
          contentType: request.contentType,
          forbidOverwrite: !request.overwrite,
        },
        signal,
      );
      versioning.learn(target.bucket, response);
      return await this.#verify(response);
    } catch (error) {
      this.#inFlight.reset();
      if (hasCode(error, 'oss.objectExists')) {
        return await this.#acceptIfSame(error);
      }
      this.#mayExist ||= isAmbiguous(error);
      throw error;
    }
  }

  async #verify(response: PutResponse): Promise<UploadResult> {
    const { crc64 } = this.#body;
    if (crc64 === undefined) {
      // The server reported success before the last byte was sent, so it cannot have stored this file.
      throw new CodedError('oss.bodyDamaged', { subject: this.upload.target.key });
    }
    if (response.crc64 !== undefined && response.crc64 !== crc64) {
      const isRemoved = await deleteUploaded(this.upload);
      const damage = new CodedError('transfer.crcMismatch', {
        subject: this.upload.target.key,
        requestId: response.requestId,
        detail: isRemoved ? 'removed' : 'left',
      });
      this.#damage = isRemoved ? undefined : damage;
      throw damage;
    }
    const { bucket, key } = this.upload.target;
    const { etag, requestId } = response;
    const size = this.#body.length;
    const verified = response.crc64 !== undefined;
    return { bucket, key, size, etag, crc64, verified, requestId, sentBytes: size };
  }

  /** The object exists: it may be the same, or an earlier attempt of ours, whose response was lost, created it. */
  async #acceptIfSame(conflict: CodedError): Promise<UploadResult> {
    if (this.#damage !== undefined) {
      throw this.#damage;
    }
    const { identical } = await compareTarget(this.upload, this.slot);
    if (identical === undefined) {
      throw conflict;
    }
    return this.#mayExist
      ? { ...identical, sentBytes: identical.size, isIdentical: false }
      : identical;
  }

  /**
   * Initiates and aborts a multipart upload: it needs the same permission and checks the key in the same way, but cannot
   * store or delete anything (OSS API Reference, InitiateMultipartUpload).
   */
  async #probe(): Promise<void> {
    const { target, request, signal } = this.upload;
    const { contentType, overwrite } = request;
    const forbidOverwrite = !overwrite && !this.#mayExist;
    const uploadId = await target.initiate({ contentType, forbidOverwrite }, signal);
    await target.abort(uploadId, signal);
  }
}
