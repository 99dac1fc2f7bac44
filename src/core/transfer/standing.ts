import { CodedError, hasCode } from '../errors/catalogue';
import type { ObjectHead } from '../oss/client';
import type { UploadContext } from './job';

/** The object under the transfer's key; 'denied' when the credential may not look. */
export async function headTarget(job: UploadContext): Promise<ObjectHead | 'denied' | undefined> {
  const { destination, policy, signal } = job;
  try {
    return await policy.run(() => destination.head(signal), signal);
  } catch (error) {
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}

/** What stands there, when it has just these bytes. */
export function matchesSource(
  standing: ObjectHead | 'denied' | undefined,
  size: number,
  crc64: bigint,
): ObjectHead | undefined {
  const isSame = typeof standing === 'object' && standing.size === size && standing.crc64 === crc64;
  return isSame ? standing : undefined;
}

/** @throws CodedError `oss.objectExists` when something stands under the key that must not be overwritten */
export async function assertKeyFree(job: UploadContext): Promise<void> {
  const standing = await headTarget(job);
  if (typeof standing === 'object') {
    throw new CodedError('oss.objectExists', { subject: job.destination.key });
  }
}

/**
 * Removes the object that this transfer has just made, because it is not the file. What was overwritten is gone
 * already, and a wrong object may at least be told from none, so then nothing is removed.
 * @returns whether nothing is left of it
 */
export async function deleteUploaded(job: UploadContext): Promise<boolean> {
  const { destination, policy, request, signal, log } = job;
  if (request.overwrite) {
    return false;
  }
  try {
    await policy.run(() => destination.delete(signal), signal);
    return true;
  } catch (error) {
    log.warn(`transfer: the damaged object could not be removed: ${String(error)}`);
    return false;
  }
}
