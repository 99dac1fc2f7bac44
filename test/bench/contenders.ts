import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { promisify } from 'node:util';
import { ServerClock } from '../../src/core/util/clock';
import type { Credential } from '../../src/core/alibaba/edas/credential';
import { createHttpClient } from '../../src/core/http/client';
import { silentLog } from '../../src/core/util/log';
import { OssClient } from '../../src/core/oss/client';
import { Secret } from '../../src/core/util/secret';
import { TransferManager } from '../../src/core/transfer/manager';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import { filesAtATime, partBytes, partsAtATime, type Contender } from './cases';

export interface Workload {
  readonly origin: string;
  /** Paths of files; a file may occur several times. */
  readonly files: readonly string[];
  /** The folder for checkpoints. */
  readonly storageFolder: string;
}

/** Uploads files; may be called again. */
export type Runner = (files: readonly string[]) => Promise<void>;

export async function makeRunner(contender: Contender, workload: Workload): Promise<Runner> {
  switch (contender) {
    case 'ours':
      return ours(workload);
    case 'ali-oss-multipart':
      return aliOss(workload, async (client, key, file) => {
        await client.multipartUpload(key, file, { partSize: partBytes, parallel: partsAtATime });
      });
    case 'ali-oss-put':
      return aliOss(workload, async (client, key, file) => {
        await client.put(key, file);
      });
    case 'node-http':
      return bare(workload);
    case 'curl':
      return curl(workload);
  }
}

const keyPrefix = 'release-pkg/117274586608';
let count = 0;
const nextKey = (file: string): string => `${keyPrefix}/${++count}-${path.basename(file)}`;

/** The extension's own engine, with CRC-64 and checkpoints. */
function ours({ origin, storageFolder }: Workload): Runner {
  const clock = new ServerClock();
  const credential: Credential = {
    accessKeyId: 'STS.bench',
    accessKeySecret: new Secret('bench'),
    securityToken: new Secret('bench'),
    expiresAt: clock.now() + 3_600_000,
    fetchedAt: clock.now(),
    bucket: 'edas-hz',
    keyPrefix,
    regionId: 'cn-hangzhou',
    requestId: 'bench',
    endpoints: { public: origin, vpc: origin, internal: origin },
  };
  const manager = new TransferManager({
    session: {
      current: () => Promise.resolve(credential),
      use: (action) => action(credential),
    },
    oss: new OssClient(createHttpClient(), clock, silentLog),
    network: () => 'public',
    log: silentLog,
    storageFolder,
  });
  const { signal } = new AbortController();
  return async (files) => {
    const uploads = files.map((file) =>
      manager.upload(
        { accountId: 'bench', source: fileSource(file), key: nextKey(file), overwrite: false },
        { signal },
      ),
    );
    await Promise.all(uploads);
  };
}

interface AliOss {
  put(key: string, file: string): Promise<unknown>;
  multipartUpload(
    key: string,
    file: string,
    options: { readonly partSize: number; readonly parallel: number },
  ): Promise<unknown>;
}

export async function makeAliOss(options: {
  readonly bucket: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly stsToken: string;
}): Promise<AliOss> {
  const { default: Client } = (await import('ali-oss')) as unknown as {
    default: new (options: object) => AliOss;
  };
  return new Client({
    region: 'oss-cn-hangzhou',
    timeout: 600_000,
    authorizationV4: true,
    // Not called within its interval; without it ali-oss prints a warning.
    refreshSTSToken: () => Promise.reject(new Error('not expected')),
    refreshSTSTokenInterval: 3_600_000,
    ...options,
  });
}

async function aliOss(
  { origin }: Workload,
  send: (client: AliOss, key: string, file: string) => Promise<void>,
): Promise<Runner> {
  const client = await makeAliOss({
    bucket: 'edas-hz',
    endpoint: origin,
    accessKeyId: 'STS.bench',
    accessKeySecret: 'bench',
    stsToken: 'bench',
  });
  return (files) => forEachLimit(files, filesAtATime, (file) => send(client, nextKey(file), file));
}

/** The fastest that Node can do: reads and sends parts without signatures, CRC-64 or checks. */
function bare({ origin }: Workload): Runner {
  const secure = origin.startsWith('https:');
  const agent = new (secure ? https : http).Agent({ keepAlive: true });
  const put = (key: string, body: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(
        `${origin}/edas-hz/${key}`,
        { method: 'PUT', agent, headers: { 'content-length': body.length } },
        (response) => {
          response.resume();
          response.once('end', () => resolve());
        },
      );
      request.once('error', reject);
      request.end(body);
    });
  const sendFile = async (file: string): Promise<void> => {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const starts = Array.from({ length: Math.max(1, Math.ceil(size / partBytes)) }, (_, n) => n);
      await forEachLimit(starts, partsAtATime, async (n) => {
        const length = Math.min(partBytes, size - n * partBytes);
        const part = Buffer.allocUnsafe(length);
        await handle.read(part, 0, length, n * partBytes);
        await put(nextKey(file), part);
      });
    } finally {
      await handle.close();
    }
  };
  return (files) => forEachLimit(files, filesAtATime, sendFile);
}

function curl({ origin }: Workload): Runner {
  return async (files) => {
    const transfers = files.flatMap((file) => ['-T', file, `${origin}/edas-hz/${nextKey(file)}`]);
    const options = ['-sS', '--fail', '-H', 'Expect:', '--parallel'];
    const authority = process.env.NODE_EXTRA_CA_CERTS;
    await promisify(execFile)('curl', [
      ...options,
      ...['--parallel-max', String(filesAtATime)],
      ...(authority === undefined ? [] : ['--cacert', authority]),
      ...transfers,
    ]);
  };
}

async function forEachLimit<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
