import { hasCode } from '../errors/catalogue';
import type { ObjectHead } from './types';

/**
 * What the HEAD of an object says: undefined when there is none, `denied` when the credential may not read. A credential
 * need not be allowed to read in order to upload.
 * @throws what else OSS refuses it with
 */
export async function headIfAllowed(
  head: Promise<ObjectHead | undefined>,
): Promise<ObjectHead | 'denied' | undefined> {
  try {
    return await head;
  } catch (error) {
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}
