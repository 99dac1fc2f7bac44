import type { HttpClient } from '../core/http/types';
import { OssClient } from '../core/oss/client';
import { TransferManager, type TransferManagerOptions } from '../core/transfer/manager';
import { fileSource } from '../core/transfer/source/fileSource';
import type { Source } from '../core/transfer/source/source';
import type { ServerClock } from '../core/util/clock';
import type { Disposable } from '../core/util/disposable';
import type { ZipRequest } from '../core/zip/zipRequest';

export interface TransferServicesDeps extends Omit<TransferManagerOptions, 'oss'> {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  /** Folder for temporary files of ZIPs; created when needed. */
  readonly packingFolder: string;
}

/** The transfer manager and the OSS client. Heavy: loaded by `import()` at the first transfer; elsewhere only its type is imported. */
export class TransferServices implements Disposable {
  readonly oss: OssClient;
  readonly manager: TransferManager;

  constructor(private readonly deps: TransferServicesDeps) {
    const { http, clock, log } = deps;
    this.oss = new OssClient(http, clock, log);
    this.manager = new TransferManager({ ...deps, oss: this.oss });
  }

  /** A file on this computer, by its path. */
  fileSource(path: string): Source {
    return fileSource(path);
  }

  /**
   * Several files as one ZIP, packed when it is opened.
   *
   * @param onPacked called with the packed and the total bytes
   */
  async zipSource(
    request: ZipRequest,
    onPacked?: (packedBytes: number, totalBytes: number) => void,
  ): Promise<Source> {
    const { log, packingFolder: folder } = this.deps;
    const { ZipSource } = await import('../core/zip/zipSource');
    const source = new ZipSource(request, { folder, onPacked });
    return {
      uri: source.uri,
      name: source.name,
      open: async (signal) => {
        const zip = await source.open(signal);
        const { entries, leftOut } = zip.tree;
        log.info(
          `packing: ${entries.length} entries, ${zip.size} bytes, ${leftOut.length} left out`,
        );
        for (const each of leftOut) {
          log.debug(`packing: left out ${each}`);
        }
        return zip;
      },
    };
  }

  /** Ends all transfers. Resolves when their checkpoints, locks and history are on disk. */
  stop(): Promise<void> {
    return this.manager.stop();
  }

  dispose(): void {
    this.manager.dispose();
  }
}
