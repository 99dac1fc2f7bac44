import type { UploadedObject } from '../../api';
import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { OssClient } from '../../core/oss/client';
import type { TransferManager } from '../../core/transfer/manager';
import { withUrls, type UploadedPackage } from '../../common/objects/uploadedPackage';
import { onUploaded } from '../../common/upload/uploadedEvents';

export interface WatchOptions {
  readonly oss: Pick<OssClient, 'objectUrl'>;
  /** The credential that is held, or was last. */
  readonly credential: () => Credential | undefined;
  readonly uploaded: (object: UploadedObject) => void;
}

/** Reports each upload that succeeds in this window, and whose URLs the current credential determines. */
export function watchUploads(
  manager: Pick<TransferManager, 'onDidChange'>,
  { oss, credential, uploaded }: WatchOptions,
): Disposable {
  return onUploaded(manager, ({ name, result }) => {
    const held = credential();
    if (result !== undefined && held?.bucket === result.bucket) {
      uploaded(uploadedObject(name, withUrls(result, held, oss)));
    }
  });
}

/** What other extensions learn of an object. */
export function uploadedObject(
  fileName: string,
  { crc64, ...uploaded }: UploadedPackage,
): UploadedObject {
  const { bucket, key, size, sentBytes, verified, url, internalUrl } = uploaded;
  const object = { fileName, bucket, key, size, sentBytes, crc64: String(crc64) };
  return { ...object, verified, url, internalUrl };
}
