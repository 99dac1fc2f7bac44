import { hasCode } from '../../errors/catalogue';
import type { ListedPart } from '../../oss/client';

/**
 * The parts that the server holds of an upload: `gone` when the upload does not exist, `denied` when the credential may
 * not list. A credential need not be allowed to list in order to upload.
 * @throws what else OSS refuses it with
 */
export async function listedParts(
  list: Promise<readonly ListedPart[]>,
): Promise<readonly ListedPart[] | 'denied' | 'gone'> {
  try {
    return await list;
  } catch (error) {
    if (hasCode(error, 'oss.noSuchUpload')) {
      return 'gone';
    }
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}
