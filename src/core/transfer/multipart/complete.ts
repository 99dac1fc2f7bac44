import { CodedError, hasCode } from '../../errors/catalogue';
import type { ObjectHead } from '../../oss/client';
import type { UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import { headTarget, deleteUploaded, matchesSource } from '../upload/precondition';
import type { UploadResult } from '../types';
import { isAmbiguous } from '../../errors/classify';
import { listedParts } from './listedParts';

/** The object that CompleteMultipartUpload should create. */
export interface CompletionRequest {
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
  /** Of the whole source. */
  readonly crc64: bigint;
}

export type VerifiedObject = Omit<UploadResult, 'sentBytes'>;

/**
 * Completes the upload and verifies that the object equals the source.
 * @throws CodedError `oss.objectExists` when the key was created meanwhile and must not be overwritten
 */
export async function completeUpload(
  upload: UploadContext,
  completionRequest: CompletionRequest,
): Promise<VerifiedObject> {
  const { policy, request, versioning, target, signal } = upload;
  // The key was checked before the first part, which may be hours ago.
  if (!request.overwrite && versioning.mayIgnoreForbidOverwrite(target.bucket)) {
    const existing = await headTarget(upload);
    if (typeof existing === 'object') {
      throw new CodedError('oss.objectExists', { subject: target.key });
    }
  }
  const completion = new Completion(upload, completionRequest);
  return completion.verify(await policy.run(() => completion.attempt(), signal));
}

/** The object after the upload was completed, as far as it is known. */
interface CompletedObject {
  readonly etag?: string;
  readonly requestId?: string;
  /** As the server computed it; absent when it reports none. */
  readonly crc64?: bigint;
}

/**
 * CompleteMultipartUpload may have succeeded although its response was lost, and it cannot be sent twice. So after an
 * ambiguous failure, and after a response that says the upload does not exist, the object and the upload are checked.
 */
class Completion {
  #mayHaveCompleted = false;

  constructor(
    private readonly upload: UploadContext,
    private readonly completionRequest: CompletionRequest,
  ) {}

  async attempt(): Promise<CompletedObject> {
    const { target, request, versioning, signal } = this.upload;
    const { uploadId, parts } = this.completionRequest;
    try {
      const forbidOverwrite = !request.overwrite;
      const response = await target.complete({ uploadId, parts, forbidOverwrite }, signal);
      versioning.learn(target.bucket, response);
      return response;
    } catch (error) {
      const isGone = hasCode(error, 'oss.noSuchUpload');
      const isTaken = hasCode(error, 'oss.objectExists') && this.#mayHaveCompleted;
      this.#mayHaveCompleted ||= isAmbiguous(error);
      const completed =
        isGone || isTaken || isAmbiguous(error) ? await this.#findCompleted(isGone) : undefined;
      if (completed === undefined) {
        throw error;
      }
      return completed;
    }
  }

  /** @returns undefined when the upload was not completed */
  async #findCompleted(isGone: boolean): Promise<CompletedObject | undefined> {
    const { crc64 } = this.completionRequest;
    const { size } = this.upload.source;
    const existing = await headTarget(this.upload);
    const ours = matchesSource(existing, size, crc64);
    if (ours !== undefined || existing === undefined || !this.#mayHaveCompleted) {
      return ours;
    }
    if (existing !== 'denied' && (existing.size !== size || existing.crc64 !== undefined)) {
      return undefined;
    }
    // The object says no more. If the upload no longer exists, our own Complete has succeeded.
    if (isGone || (await this.#isUploadGone())) {
      return existing === 'denied' ? {} : existing;
    }
    return undefined;
  }

  async #isUploadGone(): Promise<boolean> {
    const { target, policy, signal } = this.upload;
    const { uploadId } = this.completionRequest;
    const list = policy.run(() => target.listParts(uploadId, signal), signal);
    return (await listedParts(list)) === 'gone';
  }

  /** Compares the object with the source: by the CRC-64 of the whole, which needs no other request, or else by a HEAD. */
  async verify(completed: CompletedObject): Promise<VerifiedObject> {
    const { target, source } = this.upload;
    const { bucket, key } = target;
    const { size } = source;
    const matching = completed.crc64 === undefined ? await this.#head(completed) : undefined;
    const serverCrc64 = completed.crc64 ?? matching?.crc64;
    if (serverCrc64 !== undefined && serverCrc64 !== this.completionRequest.crc64) {
      await this.#rejectObject('transfer.crcMismatch', completed);
    }
    if (matching !== undefined && matching.size !== size) {
      await this.#rejectObject('transfer.sizeMismatch', completed);
    }
    return {
      bucket,
      key,
      size,
      etag: completed.etag,
      crc64: this.completionRequest.crc64,
      verified: serverCrc64 !== undefined,
      requestId: completed.requestId,
    };
  }

  /** The object exists already, so neither an error nor an abort may turn this into a failure. */
  async #head({ etag }: CompletedObject): Promise<ObjectHead | undefined> {
    const existing = await headTarget(this.upload).catch(() => undefined);
    return typeof existing === 'object' && existing.etag === etag ? existing : undefined;
  }

  async #rejectObject(
    code: 'transfer.crcMismatch' | 'transfer.sizeMismatch',
    { requestId }: CompletedObject,
  ): Promise<never> {
    const isRemoved = await deleteUploaded(this.upload);
    const { key } = this.upload.target;
    const detail = isRemoved ? 'removed' : 'left';
    throw new CodedError(code, { subject: key, requestId, detail });
  }
}
