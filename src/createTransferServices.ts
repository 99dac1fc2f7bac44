import type { ServerClock } from './core/util/clock';
import type { Network } from './core/alibaba/edas/credential';
import type { HttpClient } from './core/http/types';
import type { Log } from './core/util/log';
import { OssClient } from './core/oss/client';
import { removeStaleTempFiles } from './core/zip/tempFiles';
import type { ZipRequest } from './core/zip/zipRequest';
import type { CredentialSession } from './core/credential/session';
import { TransferManager } from './core/transfer/manager';
import { fileSource, type Source } from './core/transfer/source/source';
import type { TransferServices } from './common/transferServices';

export interface TransferServicesDeps {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly log: Log;
  readonly session: CredentialSession;
  readonly network: () => Network;
  /** For what must survive the window; made at first need. */
  readonly storageFolder: string;
  /** For temporary files while something is packed; made at first need. */
  readonly packingFolder: string;
  /** Part size in MiB, and parts of one file at a time. */
  readonly settings: () => { readonly partSize: number; readonly parallelParts: number };
}

/** Makes what moves bytes. A module of its own, because it is loaded at the first transfer only. */
export function createTransferServices(all: TransferServicesDeps): TransferServices {
  const { http, clock, packingFolder, ...parts } = all;
  const oss = new OssClient(http, clock, parts.log);
  const manager = new TransferManager({ oss, ...parts });
  // What a window that was killed has left. Not waited for: nobody needs the room at once.
  removeStaleTempFiles(packingFolder).catch((error: unknown) =>
    parts.log.warn(`packing: ${String(error)}`),
  );
  return {
    ...{ oss, manager, fileSource },
    zipSource: (request, onPacked) => zipSource(request, onPacked, all),
    stop: () => manager.stop(),
    dispose: () => manager.dispose(),
  };
}

async function zipSource(
  request: ZipRequest,
  onPacked: ((packedBytes: number, totalBytes: number) => void) | undefined,
  { packingFolder: folder, log }: Pick<TransferServicesDeps, 'log' | 'packingFolder'>,
): Promise<Source> {
  const { ZipSource } = await import('./core/zip/zipSource');
  const source = new ZipSource(request, { folder, ...(onPacked && { onPacked }) });
  return {
    uri: source.uri,
    name: source.name,
    open: async (signal) => {
      const zip = await source.open(signal);
      const { entries, leftOut } = zip.tree;
      log.info(`packing: ${entries.length} entries, ${zip.size} bytes, ${leftOut.length} left out`);
      for (const each of leftOut) {
        log.debug(`packing: left out ${each}`);
      }
      return zip;
    },
  };
}
