import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ServerClock } from '../../../src/core/clock';
import type { Disposable } from '../../../src/core/disposable';
import { Downloader } from '../../../src/core/download/downloader';
import { EdasClient } from '../../../src/core/edas/client';
import { isAbort } from '../../../src/core/errors';
import { createHttpClient } from '../../../src/core/http/client';
import type { HttpClient } from '../../../src/core/http/http';
import { silentLog } from '../../../src/core/log';
import { OssClient } from '../../../src/core/oss/client';
import { Secret } from '../../../src/core/secret';
import { CredentialSession } from '../../../src/core/session/session';
import { defaultKeys, Sandbox, type SandboxOptions } from '../../sandbox';
import { Hasty } from './scripted';

const key = 'release-pkg/117274586608/apps/空 格+(1)~.jar';

describe('A download over the wire', () => {
  const bytes = randomBytes(5 * 1024 * 1024 + 1);
  let folder: string;
  let file: string;
  let sandbox: Sandbox | undefined;
  let http: (HttpClient & Disposable) | undefined;
  let session: CredentialSession | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-download-'));
    file = path.join(folder, 'app.jar');
  });
  afterEach(async () => {
    session?.dispose();
    http?.dispose();
    await sandbox?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A sandbox in which the object stands, and what downloads from it. */
  async function set(options: SandboxOptions = {}): Promise<[Sandbox, Downloader]> {
    const started = (sandbox = await Sandbox.start(options));
    const client = (http = createHttpClient());
    const clock = new ServerClock();
    const [pair] = defaultKeys;
    const keys = { accessKeyId: pair!.id, accessKeySecret: new Secret(pair!.secret) };
    const edas = new EdasClient(client, clock, silentLog);
    const endpoint = started.edasEndpoint;
    const own = (session = new CredentialSession({
      fetch: (signal) => edas.getPackageStorageCredential({ keys, endpoint }, signal),
      clock,
    }));
    const oss = new OssClient(client, clock, silentLog);
    const put = { key, body: bytes, forbidOverwrite: true };
    await own.use((credential) => oss.putObject({ credential, network: 'public' }, put));
    const network = (): 'public' => 'public';
    const way = { session: own, oss, network, log: silentLog, timing: new Hasty() };
    return [started, new Downloader(way)];
  }

  const request = (): { key: string; file: string; overwrite: boolean } => ({
    ...{ key, file, overwrite: false },
  });
  const live = (): AbortSignal => new AbortController().signal;

  it('is whole', async () => {
    const [, downloader] = await set();
    assert.equal((await downloader.download(request(), { signal: live() })).verified, true);
    assert.ok((await readFile(file)).equals(bytes));
  });

  it('survives connections that break, a fault of the server, and a token that expires', async () => {
    const [{ faults, journal }, downloader] = await set();
    const get = { operation: 'GetObject' } as const;
    faults.add({ ...get, nth: 1 }, { kind: 'expireToken' });
    faults.add({ ...get, nth: 2 }, { kind: 'halfAnswer' });
    faults.add({ ...get, nth: 3 }, { kind: 'error', status: 503, code: 'ServiceUnavailable' });
    faults.add({ ...get, nth: 4 }, { kind: 'halfAnswer' });
    faults.add({ ...get, nth: 5 }, { kind: 'loseAnswer' });
    const result = await downloader.download(request(), { signal: live() });
    assert.equal(result.verified, true);
    assert.ok((await readFile(file)).equals(bytes));
    const asked = journal.entries.filter(({ operation }) => operation === 'GetObject');
    assert.deepEqual(
      asked.map(({ status }) => status),
      [403, 200, 503, 206, undefined, 206],
    );
  });

  it('cancelled in the middle, closes the connection and leaves nothing', async () => {
    const slowLink = { roundTripMs: 1, bitsPerSecond: 20_000_000 };
    const [started, downloader] = await set({ slowLink });
    const cancel = new AbortController();
    const download = downloader.download(request(), {
      signal: cancel.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 0) {
          cancel.abort();
        }
      },
    });
    await assert.rejects(download, isAbort);
    assert.deepEqual(await readdir(folder), []);
    while (started.openConnections('oss') > 0) {
      await setTimeout(10);
    }
  });
});
