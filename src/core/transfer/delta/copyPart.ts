import { hasCode } from '../../errors/catalogue';
import { maySendInsteadOfCopying, retryClass } from '../../errors/classify';
import type { UploadedPart } from '../storage/checkpoint';
import type { UploadContext } from '../upload/uploadContext';
import type { Part } from '../multipart/partSizing';
import type { Delta } from './plan';
import { DeltaError } from './deltaError';

/** After this many attempts, sending the bytes is faster. */
const maxAttempts = 3;

export interface CopiedPart extends Part {
  readonly copyFrom: number;
}

export function isCopied(part: Part): part is CopiedPart {
  return part.copyFrom !== undefined;
}

/**
 * Has the server copy a part from the base object.
 * @throws DeltaError when it cannot be copied but may be sent
 */
export async function copyPart(
  { target, policy, meter, signal }: UploadContext,
  uploadId: string,
  { partNumber, length, copyFrom }: CopiedPart,
  base: Delta['base'],
): Promise<UploadedPart> {
  let failures = 0;
  const copy = async (): Promise<UploadedPart> => {
    const source = { sourceKey: base.key, sourceEtag: base.etag, start: copyFrom, length };
    try {
      const { etag } = await target.uploadPartCopy({ uploadId, partNumber, ...source }, signal);
      return { partNumber, etag, length };
    } catch (error) {
      failures += 1;
      const isLast = failures >= maxAttempts || retryClass(error) === 'fail';
      throw hasCode(error) && isLast && maySendInsteadOfCopying(error)
        ? new DeltaError('notCompleted', error)
        : error;
    }
  };
  const copied = await policy.run(copy, signal);
  meter.addCopied(length);
  return copied;
}
