import type { UploadedObject } from '../../api';
import type { UploadedPackage } from '../../common/objects/uploadedPackage';

/** What others are told of an object. */
export function uploadedObject(
  fileName: string,
  { bucket, key, size, crc64, verified, url, internalUrl }: UploadedPackage,
): UploadedObject {
  return { fileName, bucket, key, size, crc64: String(crc64), verified, url, internalUrl };
}
