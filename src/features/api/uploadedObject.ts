import type { UploadedObject } from '../../api';
import type { UploadedPackage } from '../../common/objects/uploadedPackage';

/** What others are told of an object. */
export function uploadedObject(
  fileName: string,
  { crc64, ...uploaded }: UploadedPackage,
): UploadedObject {
  const { bucket, key, size, sentBytes, verified, url, internalUrl } = uploaded;
  const object = { fileName, bucket, key, size, sentBytes, crc64: String(crc64) };
  return { ...object, verified, url, internalUrl };
}
