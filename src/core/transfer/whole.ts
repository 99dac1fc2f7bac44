import { createHash } from 'node:crypto';
import { CodedError, isCoded } from '../errors';
import type { PutAnswer } from '../oss/client';
import { AskWhy } from './askWhy';
import type { Job } from './job';
import type { Lane } from './lanes';
import { compose } from './policy';
import type { Flight } from './progress';
import { SourceBody } from './sourceBody';
import { keepUnlessChanged, lookAtKey, refuseStanding, removeMade, sameObject } from './standing';
import type { UploadResult } from './types';
import { isAmbiguous } from './verdict';

export interface WholePlan {
  /** Whether to look for what stands under the key before anything is sent. */
  readonly looksFirst: boolean;
  /** Told whether the bucket keeps versions, which an answer shows. */
  readonly onVersioning: (isVersioned: boolean) => void;
}

/** Sends a source in a single PutObject. */
export function sendWhole(job: Job, plan: WholePlan): Promise<UploadResult> {
  return job.lanes.run(async (lane) => {
    if (plan.looksFirst) {
      await refuseStanding(job);
    }
    job.meter.begin(job.source.size);
    const result = await new WholePut(job, plan, lane).run();
    await keepUnlessChanged(job);
    return result;
  }, job.signal);
}

class WholePut {
  readonly #body: SourceBody;
  readonly #flight: Flight;
  /** Of the source, once a try got through it. */
  #crc64: bigint | undefined;
  /** What an earlier try has put there is damaged and could not be removed. */
  #damage: CodedError | undefined;
  /** An earlier try may have been done by the server although its answer was lost. */
  #mayStand = false;

  constructor(
    private readonly job: Job,
    private readonly plan: WholePlan,
    lane: Lane,
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
    const whole = compose(policy, new AskWhy(() => this.#ask()));
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
      if (isCoded(error, 'oss.objectExists')) {
        return await this.#recognise(error);
      }
      this.#mayStand ||= isAmbiguous(error);
      throw error;
    }
  }

  async #judge(answer: PutAnswer): Promise<UploadResult> {
    const { crc64 } = this.#body;
    if (crc64 === undefined) {
      // Success before the last byte was sent: whatever stands there is not this file.
      throw new CodedError('oss.bodyDamaged', { subject: this.job.destination.key });
    }
    if (answer.crc64 !== undefined && answer.crc64 !== crc64) {
      const isRemoved = await removeMade(this.job);
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
      const standing = await lookAtKey(this.job);
      const same = sameObject(standing, this.#body.length, crc64);
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
   * A PutObject that can put nothing: the MD5 is that of other bytes, so OSS refuses it with `InvalidDigest`, after it
   * has judged who asks and for what. Nor may it overwrite, should a server not look at the MD5.
   */
  async #ask(): Promise<void> {
    const { destination, request, signal } = this.job;
    const contentMd5 = createHash('md5').update('other bytes').digest('base64');
    try {
      await destination.put({ body: Buffer.from('?'), contentMd5, forbidOverwrite: true }, signal);
    } catch (error) {
      if (isCoded(error, 'oss.objectExists') && (request.overwrite || this.#mayStand)) {
        return;
      }
      throw error;
    }
    await destination.delete(signal);
  }
}
