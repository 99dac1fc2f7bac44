import { CodedError, hasCode } from '../../errors/catalogue';
import type { PutResponse } from '../../oss/client';
import { ProbeOnReset } from '../../retry/probeOnReset';
import type { UploadContext } from './uploadContext';
import type { RequestSlot } from '../schedule/slots';
import { compose } from '../../retry/policy';
import type { InFlightBytes } from '../progress';
import { SourceBody } from '../source/sourceBody';
import { headTarget, assertKeyFree, deleteUploaded, matchesSource } from './precondition';
import type { UploadResult } from '../types';
import { isAmbiguous } from '../../errors/classify';

export interface SinglePutOptions {
  /** Whether to HEAD the key before anything is sent. */
  readonly checkFirst: boolean;
  /** Reports whether the bucket keeps versions, which a response shows. */
  readonly onVersioning: (isVersioned: boolean) => void;
}

/** Uploads a source in a single PutObject. */
export function putSingle(upload: UploadContext, options: SinglePutOptions): Promise<UploadResult> {
  return upload.slots.run(async (slot) => {
    if (options.checkFirst) {
      await assertKeyFree(upload);
    }
    upload.meter.begin(upload.source.size);
    return new SinglePut(upload, options, slot).run();
  }, upload.signal);
}

class SinglePut {
  readonly #body: SourceBody;
  readonly #inFlight: InFlightBytes;
  /** CRC-64 of the source, known once an attempt has read all of it. */
  #crc64: bigint | undefined;
  /** An earlier attempt stored a damaged object that could not be deleted. */
  #damage: CodedError | undefined;
  /** An earlier attempt may have stored the object although its response was lost. */
  #mayExist = false;

  constructor(
    private readonly upload: UploadContext,
    private readonly options: SinglePutOptions,
    slot: RequestSlot,
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
    const { target, request, signal } = this.upload;
    try {
      const response = await target.put(
        {
          body: this.#body,
          contentType: request.contentType,
          forbidOverwrite: !request.overwrite,
        },
        signal,
      );
      this.options.onVersioning(response.versionId !== undefined);
      return await this.#verify(response);
    } catch (error) {
      this.#inFlight.reset();
      this.#crc64 ??= this.#body.crc64;
      if (hasCode(error, 'oss.objectExists')) {
        return await this.#acceptIfOurs(error);
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
    return this.#result(response, crc64, response.crc64 !== undefined);
  }

  /** The object exists: did an earlier attempt of ours, whose response was lost, create it? */
  async #acceptIfOurs(conflict: CodedError): Promise<UploadResult> {
    const crc64 = this.#crc64;
    if (this.#mayExist && crc64 !== undefined) {
      const existing = await headTarget(this.upload);
      const ours = matchesSource(existing, this.#body.length, crc64);
      if (ours !== undefined) {
        return this.#result(ours, crc64, true);
      }
    }
    throw this.#damage ?? conflict;
  }

  #result(
    { etag, requestId }: { readonly etag: string; readonly requestId: string },
    crc64: bigint,
    verified: boolean,
  ): UploadResult {
    const { bucket, key } = this.upload.target;
    return { bucket, key, size: this.#body.length, etag, crc64, verified, requestId };
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
