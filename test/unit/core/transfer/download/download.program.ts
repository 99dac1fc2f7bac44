// A process that pauses in the middle of a download until it is killed or stopped:
//   node download.program.cjs <JSON of DownloadProgramOptions>
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerClock } from '../../../../../src/core/util/clock';
import type { PackageLocation } from '../../../../../src/core/credential/packageLocation';
import { EdasApi } from '../../../../../src/core/alibaba/edas/edasApi';
import { Downloader } from '../../../../../src/core/transfer/download/downloader';
import { createHttpClient } from '../../../../../src/core/http/client';
import { silentLog } from '../../../../../src/core/util/log';
import { OssClient } from '../../../../../src/core/oss/client';
import { Secret } from '../../../../../src/core/util/secret';
import { CredentialSession } from '../../../../../src/core/credential/session';

export interface DownloadProgramOptions {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly key: string;
  readonly location: PackageLocation;
  readonly file: string;
  readonly recordFolder: string;
}

/** Yields the first bytes, and then nothing until the download is aborted. */
async function* holdAfterFirst(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    yield bytes;
    process.send?.(bytes.length);
    await sleep(60_000, undefined, { signal });
  }
}

async function run(options: DownloadProgramOptions): Promise<void> {
  const { endpoint, accessKeyId, accessKeySecret, key, location, file, recordFolder } = options;
  const clock = new ServerClock();
  const http = createHttpClient();
  const edas = new EdasApi(http, clock, silentLog);
  const keys = { accessKeyId, accessKeySecret: new Secret(accessKeySecret) };
  const session = new CredentialSession({
    clock,
    fetch: (signal) => edas.getPackageStorageCredential({ keys, endpoint }, signal),
  });
  const oss = new OssClient(http, clock, silentLog);
  const network = (): 'public' => 'public';
  const slowOss: Pick<OssClient, 'getObject'> = {
    getObject: async (target, request, signal) => {
      const stream = await oss.getObject(target, request, signal);
      return { ...stream, body: holdAfterFirst(stream.body, signal) };
    },
  };
  const downloader = new Downloader({
    session,
    oss: slowOss,
    network,
    log: silentLog,
    recordFolder,
  });
  process.on('message', () => {
    void downloader.stop().then(() => process.exit(0));
  });
  await downloader.download(
    { key, location, file, overwrite: false },
    { signal: new AbortController().signal },
  );
}

run(JSON.parse(process.argv[2] ?? '') as DownloadProgramOptions).catch(() => undefined);
