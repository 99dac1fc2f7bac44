import { CodedError, hasCode } from '../../errors/catalogue';
import type { ObjectHead } from '../../oss/client';
import type { UploadContext } from './uploadContext';

/** HEAD of the upload's key; undefined when there is no object, 'denied' when the credential may not read it. */
export async function headTarget(
  upload: UploadContext,
): Promise<ObjectHead | 'denied' | undefined> {
  const { target, policy, signal } = upload;
  try {
    return await policy.run(() => target.head(signal), signal);
  } catch (error) {
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}

/** The existing object if it has the same size and CRC-64 as the source. */
export function matchesSource(
  existing: ObjectHead | 'denied' | undefined,
  size: number,
  crc64: bigint,
): ObjectHead | undefined {
  const isSame = typeof existing === 'object' && existing.size === size && existing.crc64 === crc64;
  return isSame ? existing : undefined;
}

/** @throws CodedError `oss.objectExists` when an object with this key exists */
export async function assertKeyFree(upload: UploadContext): Promise<void> {
  const existing = await headTarget(upload);
  if (typeof existing === 'object') {
    throw new CodedError('oss.objectExists', { subject: upload.target.key });
  }
}

/**
 * Deletes the object that this upload has just created, because its bytes are wrong. An object that was overwritten is
 * left: the old one is lost already, and no object at all would be no better.
 * @returns whether the object was deleted
 */
export async function deleteUploaded(upload: UploadContext): Promise<boolean> {
  const { target, policy, request, signal, log } = upload;
  if (request.overwrite) {
    return false;
  }
  try {
    await policy.run(() => target.delete(signal), signal);
    return true;
  } catch (error) {
    log.warn(`transfer: the damaged object could not be removed: ${String(error)}`);
    return false;
  }
}
