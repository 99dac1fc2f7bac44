import { CodedError, hasCode } from '../errors/catalogue';
import type { PutResponse } from '../oss/client';
import { ProbeOnReset } from './askWhy';
import type { UploadContext } from './job';
import type { RequestSlot } from './lanes';
import { compose } from './policy';
import type { InFlightBytes } from './progress';
import { SourceBody } from './sourceBody';
import { headTarget, assertKeyFree, deleteUploaded, matchesSource } from './standing';
import type { UploadResult } from './types';
import { isAmbiguous } from '../errors/classify';

export interface SinglePutOptions {
  /** Whether to look for what stands under the key before anything is sent. */
  readonly checkFirst: boolean;
  /** Told whether the bucket keeps versions, which an answer shows. */
  readonly onVersioning: (isVersioned: boolean) => void;
}

/** Sends a source in a single PutObject. */
export function putSingle(job: UploadContext, plan: SinglePutOptions): Promise<UploadResult> {
  return job.lanes.run(async (lane) => {
    if (plan.checkFirst) {
      await assertKeyFree(job);
    }
    job.meter.begin(job.source.size);
    return new SinglePut(job, plan, lane).run();
  }, job.signal);
}

class SinglePut {
  readonly #body: SourceBody;
  readonly #flight: InFlightBytes;
  /** Of the source, once a try got through it. */
  #crc64: bigint | undefined;
  /** What an earlier try has put there is damaged and could not be removed. */
  #damage: CodedError | undefined;
  /** An earlier try may have been done by the server although its answer was lost. */
  #mayStand = false;

  constructor(
    private readonly job: UploadContext,
    private readonly plan: SinglePutOptions,
    lane: RequestSlot,
  ) {
    const { source, meter } = job;
    this.#flight = meter.flight();
    // Of a file that has changed, OSS never gets the end, so what stands under the key stays.
    this.#body = new SourceBody(source, { start: 0, length: source.size }, lane, this.#flight, () =>
      source.verifyUnchanged(),
    );
  }

  async run(): Promise<UploadResult> {
    const { policy, signal, source } = this.job;
    const whole = compose(policy, new ProbeOnReset(() => this.#ask()));
    const result = await whole.run(() => this.#try(), signal);
    this.#flight.landed(source.size);
    return result;
  }

  async #try(): Promise<UploadResult> {
    const { destination, request, signal } = this.job;
    try {
      const answer = await destination.put(
        {
          body: this.#body,
          contentType: request.contentType,
          forbidOverwrite: !request.overwrite,
        },
        signal,
      );
      this.plan.onVersioning(answer.versionId !== undefined);
      return await this.#judge(answer);
    } catch (error) {
      this.#flight.lost();
      this.#crc64 ??= this.#body.crc64;
      if (hasCode(error, 'oss.objectExists')) {
        return await this.#recognise(error);
      }
      this.#mayStand ||= isAmbiguous(error);
      throw error;
    }
  }

  async #judge(answer: PutResponse): Promise<UploadResult> {
    const { crc64 } = this.#body;
    if (crc64 === undefined) {
      // Success before the last byte was sent: whatever stands there is not this file.
      throw new CodedError('oss.bodyDamaged', { subject: this.job.destination.key });
    }
    if (answer.crc64 !== undefined && answer.crc64 !== crc64) {
      const isRemoved = await deleteUploaded(this.job);
      const damage = new CodedError('transfer.crcMismatch', {
        subject: this.job.destination.key,
        requestId: answer.requestId,
        detail: isRemoved ? 'removed' : 'left',
      });
      this.#damage = isRemoved ? undefined : damage;
      throw damage;
    }
    return this.#result(answer, crc64, answer.crc64 !== undefined);
  }

  /** Something stands there now: is it what an earlier try, whose answer was lost, has put there? */
  async #recognise(conflict: CodedError): Promise<UploadResult> {
    const crc64 = this.#crc64;
    if (this.#mayStand && crc64 !== undefined) {
      const standing = await headTarget(this.job);
      const same = matchesSource(standing, this.#body.length, crc64);
      if (same !== undefined) {
        return this.#result(same, crc64, true);
      }
    }
    throw this.#damage ?? conflict;
  }

  #result(
    { etag, requestId }: { readonly etag: string; readonly requestId: string },
    crc64: bigint,
    verified: boolean,
  ): UploadResult {
    const { bucket, key } = this.job.destination;
    return { bucket, key, size: this.#body.length, etag, crc64, verified, requestId };
  }

  /**
   * The same permission and the same check of the key, but nothing that could be stored or deleted under the key: a
   * multipart upload is initiated and aborted (OSS API Reference, InitiateMultipartUpload).
   */
  async #ask(): Promise<void> {
    const { destination, request, signal } = this.job;
    const { contentType, overwrite } = request;
    const forbidOverwrite = !overwrite && !this.#mayStand;
    const uploadId = await destination.initiate({ contentType, forbidOverwrite }, signal);
    await destination.abort(uploadId, signal);
  }
}
