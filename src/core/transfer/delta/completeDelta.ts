import { CodedError, hasCode } from '../../errors/catalogue';
import { isRefusedPart } from '../../errors/classify';
import { combineCrc64 } from '../../oss/crc64';
import { listedParts } from '../multipart/listedParts';
import { completeUpload, type CompletionRequest, type VerifiedObject } from '../multipart/complete';
import type { UploadContext } from '../upload/uploadContext';
import { DeltaError } from './deltaError';

/**
 * Completes an upload with copied parts. The parts are checked before, so that a wrong object never exists, not even for a
 * moment, if the server lists sizes and CRC-64.
 * @throws DeltaError when the object is wrong or cannot be verified
 */
export async function completeDelta(
  upload: UploadContext,
  request: CompletionRequest,
): Promise<VerifiedObject> {
  await checkParts(upload, request);
  const completed = await complete(upload, request);
  if (!completed.verified) {
    throw new DeltaError('exists');
  }
  return completed;
}

async function complete(
  upload: UploadContext,
  request: CompletionRequest,
): Promise<VerifiedObject> {
  try {
    return await completeUpload(upload, request);
  } catch (error) {
    if (hasCode(error, 'transfer.crcMismatch', 'transfer.sizeMismatch')) {
      throw new DeltaError(error.facts.detail === 'removed' ? 'removed' : 'exists', error);
    }
    throw hasCode(error) && isRefusedPart(error) ? new DeltaError('notCompleted', error) : error;
  }
}

async function checkParts(
  { target, policy, signal }: UploadContext,
  { uploadId, crc64, parts }: CompletionRequest,
): Promise<void> {
  const list = policy.run(() => target.listParts(uploadId, signal), signal);
  const listed = await listedParts(list);
  if (typeof listed === 'string') {
    return;
  }
  const wrong = (code: 'transfer.crcMismatch' | 'transfer.sizeMismatch'): DeltaError =>
    new DeltaError('notCompleted', new CodedError(code, { subject: target.key }));
  const byNumber = new Map(listed.map((part) => [part.partNumber, part]));
  let sum: bigint | undefined = 0n;
  for (const { partNumber, length } of parts) {
    const part = byNumber.get(partNumber);
    if (part?.size !== length) {
      throw wrong('transfer.sizeMismatch');
    }
    sum =
      sum === undefined || part.crc64 === undefined
        ? undefined
        : combineCrc64(sum, part.crc64, length);
  }
  if (sum !== undefined && sum !== crc64) {
    throw wrong('transfer.crcMismatch');
  }
}
