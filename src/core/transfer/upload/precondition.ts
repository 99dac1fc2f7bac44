import { CodedError } from '../../errors/catalogue';
import type { ObjectHead } from '../../oss/client';
import { headIfAllowed } from '../../oss/headIfAllowed';
import type { RequestSlot } from '../schedule/slots';
import { crc64OfRange } from '../source/rangeCrc';
import type { UploadResult } from '../types';
import type { UploadContext } from './uploadContext';

/** HEAD of the upload's key; undefined when there is no object, 'denied' when the credential may not read it. */
export function headTarget(upload: UploadContext): Promise<ObjectHead | 'denied' | undefined> {
  const { target, policy, signal } = upload;
  return policy.run(() => headIfAllowed(target.head(signal)), signal);
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

/** What the upload's key has now. */
export interface TargetState {
  readonly existing: ObjectHead | 'denied' | undefined;
  /** When the object equals the source byte for byte, so that nothing needs to be sent. */
  readonly identical?: UploadResult;
}

/** Compares the source with the object that exists; reads the source only when the sizes are equal. */
export async function compareTarget(
  upload: UploadContext,
  slot: RequestSlot,
): Promise<TargetState> {
  const { source, target } = upload;
  const { size } = source;
  const existing = await headTarget(upload);
  if (typeof existing !== 'object' || existing.size !== size || existing.crc64 === undefined) {
    return { existing };
  }
  const crc64 = await crc64OfRange(upload, { start: 0, length: size }, slot);
  await source.verifyUnchanged();
  if (crc64 !== existing.crc64) {
    return { existing };
  }
  const { bucket, key } = target;
  const { etag, requestId } = existing;
  const identical = { bucket, key, size, etag, crc64, verified: true, requestId };
  return { existing, identical: { ...identical, sentBytes: 0, isIdentical: true } };
}

/** @throws CodedError `oss.objectExists` when another object exists and must not be overwritten */
export async function checkTarget(upload: UploadContext, slot: RequestSlot): Promise<TargetState> {
  const state = await compareTarget(upload, slot);
  const isOther = typeof state.existing === 'object' && state.identical === undefined;
  if (isOther && !upload.request.overwrite) {
    throw new CodedError('oss.objectExists', { subject: upload.target.key });
  }
  return state;
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
