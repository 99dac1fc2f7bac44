import { CodedError, hasCode } from '../errors/catalogue';
import type { UploadedPart } from './checkpoint';
import type { UploadContext } from './job';
import { headTarget, deleteUploaded, matchesSource } from './standing';
import type { UploadResult } from './types';
import { isAmbiguous } from '../errors/classify';

/** What the object shall be. */
export interface Whole {
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
  /** Combined from those of the parts. */
  readonly crc64: bigint;
}

/** Makes the object of its parts, and proves that it is the source. */
export async function completeUpload(job: UploadContext, whole: Whole): Promise<UploadResult> {
  const { policy, signal } = job;
  const completion = new Completion(job, whole);
  return completion.prove(await policy.run(() => completion.try(), signal));
}

/** What is known of the object when its making is over. */
interface CompletedObject {
  readonly etag: string;
  readonly requestId: string;
  /** As the server counted it. */
  readonly crc64?: bigint;
}

/**
 * CompleteMultipartUpload may have happened although its answer was lost, and cannot happen twice. So after a failure
 * that leaves it open, and after an answer that says the upload is gone, the object and the upload are looked at.
 */
class Completion {
  #mayHaveCompleted = false;

  constructor(
    private readonly job: UploadContext,
    private readonly whole: Whole,
  ) {}

  async try(): Promise<CompletedObject> {
    const { destination, request, signal } = this.job;
    const { uploadId, parts } = this.whole;
    try {
      const forbidOverwrite = !request.overwrite;
      return await destination.complete({ uploadId, parts, forbidOverwrite }, signal);
    } catch (error) {
      const isGone = hasCode(error, 'oss.noSuchUpload');
      const isTaken = hasCode(error, 'oss.objectExists') && this.#mayHaveCompleted;
      this.#mayHaveCompleted ||= isAmbiguous(error);
      const made =
        isGone || isTaken || isAmbiguous(error) ? await this.#findCompleted(isGone) : undefined;
      if (made === undefined) {
        throw error;
      }
      return made;
    }
  }

  /** @returns undefined when the object has not been made */
  async #findCompleted(isGone: boolean): Promise<CompletedObject | undefined> {
    const { crc64 } = this.whole;
    const { size } = this.job.source;
    const standing = await headTarget(this.job);
    const same = matchesSource(standing, size, crc64);
    if (same !== undefined || standing === undefined || !this.#mayHaveCompleted) {
      return same;
    }
    if (standing !== 'denied' && (standing.size !== size || standing.crc64 !== undefined)) {
      return undefined;
    }
    // Nothing more to be learnt of the object. If the upload is gone, our own Complete has taken it.
    if (isGone || (await this.#isUploadGone())) {
      return standing === 'denied' ? { etag: '', requestId: '' } : standing;
    }
    return undefined;
  }

  async #isUploadGone(): Promise<boolean> {
    const { destination, policy, signal } = this.job;
    try {
      await policy.run(() => destination.listParts(this.whole.uploadId, signal), signal);
      return false;
    } catch (error) {
      if (hasCode(error, 'oss.noSuchUpload')) {
        return true;
      }
      if (hasCode(error, 'oss.accessDenied')) {
        return false;
      }
      throw error;
    }
  }

  /** Compares what was made with the source: CRC-64 where the server counts it, and the size. */
  async prove(made: CompletedObject): Promise<UploadResult> {
    const { destination, source } = this.job;
    const { bucket, key } = destination;
    const { size } = source;
    // It stands already, so neither a fault nor an abort may make a failure of it now.
    const standing = await headTarget(this.job).catch(() => undefined);
    const seen = typeof standing === 'object' && standing.etag === made.etag ? standing : undefined;
    const counted = made.crc64 ?? seen?.crc64;
    if (counted !== undefined && counted !== this.whole.crc64) {
      await this.#rejectObject('transfer.crcMismatch', made);
    }
    if (seen !== undefined && seen.size !== size) {
      await this.#rejectObject('transfer.sizeMismatch', made);
    }
    return {
      ...{ bucket, key, size, etag: made.etag, crc64: this.whole.crc64 },
      verified: counted !== undefined,
      requestId: made.requestId,
    };
  }

  async #rejectObject(
    code: 'transfer.crcMismatch' | 'transfer.sizeMismatch',
    { requestId }: CompletedObject,
  ): Promise<never> {
    const isRemoved = await deleteUploaded(this.job);
    const { key } = this.job.destination;
    const detail = isRemoved ? 'removed' : 'left';
    throw new CodedError(code, { subject: key, requestId, detail });
  }
}
