// A process that uploads one file and may be killed at any time:  node uploader.program.cjs <JSON of UploaderOptions>
import { ServerClock } from '../../src/core/util/clock';
import { EdasApi } from '../../src/core/alibaba/edas/edasApi';
import { createHttpClient } from '../../src/core/http/client';
import { silentLog } from '../../src/core/util/log';
import { OssClient } from '../../src/core/oss/client';
import { Secret } from '../../src/core/util/secret';
import { CredentialSession } from '../../src/core/credential/session';
import { TransferManager } from '../../src/core/transfer/manager';
import { fileSource } from '../../src/core/transfer/source/fileSource';

export interface UploaderOptions {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly file: string;
  readonly key: string;
  readonly overwrite: boolean;
  readonly storageFolder: string;
  /** Bytes. */
  readonly part: number;
}

export interface UploaderResult {
  readonly verified: boolean;
  readonly restartReason: string | null;
  readonly sentBytes: number;
}

async function run(options: UploaderOptions): Promise<void> {
  const clock = new ServerClock();
  const http = createHttpClient();
  const edas = new EdasApi(http, clock, silentLog);
  const keys = {
    accessKeyId: options.accessKeyId,
    accessKeySecret: new Secret(options.accessKeySecret),
  };
  const session = new CredentialSession({
    clock,
    fetch: (signal) =>
      edas.getPackageStorageCredential({ keys, endpoint: options.endpoint }, signal),
  });
  const manager = new TransferManager({
    session,
    oss: new OssClient(http, clock, silentLog),
    network: () => 'public',
    log: silentLog,
    storageFolder: options.storageFolder,
    sizing: { singlePutMax: options.part, maxPartBytes: options.part },
    lock: { heartbeatMs: 100 },
  });
  process.send?.('ready');
  const result = await manager.upload(
    {
      accountId: 'a',
      source: fileSource(options.file),
      key: options.key,
      overwrite: options.overwrite,
    },
    { signal: new AbortController().signal },
  );
  const { verified, restartReason = null, sentBytes } = result;
  process.send?.({ verified, restartReason, sentBytes } satisfies UploaderResult);
  await manager.stop();
  http.dispose();
  process.disconnect();
}

void run(JSON.parse(process.argv[2] ?? '') as UploaderOptions);
