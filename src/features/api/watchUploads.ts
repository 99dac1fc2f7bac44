import type { UploadedObject } from '../../api';
import type { Disposable } from '../../core/util/disposable';
import type { Credential } from '../../core/alibaba/edas/credential';
import type { OssClient } from '../../core/oss/client';
import type { TransferManager } from '../../core/transfer/manager';
import { withUrls } from '../../common/objects/uploadedPackage';
import { uploadedObject } from './uploadedObject';

export interface WatchOptions {
  readonly oss: Pick<OssClient, 'objectUrl'>;
  /** The one that is held, or was last. */
  readonly credential: () => Credential | undefined;
  readonly uploaded: (object: UploadedObject) => void;
}

/** Tells of each upload that ends well here; not of those that the list remembers from earlier windows. */
export function watchUploads(
  manager: Pick<TransferManager, 'onDidChange'>,
  { oss, credential, uploaded }: WatchOptions,
): Disposable {
  const running = new Set<string>();
  return manager.onDidChange(({ id, transfer }) => {
    if (transfer?.state === 'running') {
      running.add(id);
      return;
    }
    const wasRunning = running.delete(id);
    const held = credential();
    if (wasRunning && transfer?.result && held?.bucket === transfer.result.bucket) {
      const { name, result } = transfer;
      uploaded(uploadedObject(name, withUrls(result, held, oss)));
    }
  });
}
