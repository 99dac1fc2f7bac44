import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  Downloader,
  type DownloadOptions,
  type DownloadResult,
} from '../../../../../src/core/transfer/download/downloader';
import { isAbort } from '../../../../../src/core/errors/catalogue';
import type { SandboxOptions } from '../../../../sandbox';
import { Hasty } from './scripted';
import { DownloadFixture } from './wire';

const key = 'release-pkg/117274586608/apps/空 格+(1)~.jar';

describe('A download over the wire', () => {
  const bytes = randomBytes(5 * 1024 * 1024 + 1);
  let folder: string;
  let file: string;
  let wire: DownloadFixture;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-download-'));
    file = path.join(folder, 'app.jar');
  });
  afterEach(async () => {
    await wire.cut();
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-records`, { recursive: true, force: true });
  });

  /** Lays the wire, at whose end the object stands. */
  async function lay(options: SandboxOptions = {}): Promise<void> {
    wire = await DownloadFixture.lay(options);
    const put = { key, body: bytes, forbidOverwrite: true };
    await wire.session.use((credential) =>
      wire.oss.putObject({ credential, network: 'public' }, put),
    );
  }

  function download(options: Partial<DownloadOptions> = {}): Promise<DownloadResult> {
    const { session, oss, network, log } = wire;
    const recordFolder = `${folder}-records`;
    return new Downloader({
      session,
      oss,
      network,
      log,
      recordFolder,
      timing: new Hasty(),
    }).download(
      { key, location: wire.location, file, overwrite: false },
      { signal: new AbortController().signal, ...options },
    );
  }

  it('is whole', async () => {
    await lay();
    assert.equal((await download()).verified, true);
    assert.ok((await readFile(file)).equals(bytes));
  });

  it('survives connections that break, a fault of the server, and a token that expires', async () => {
    await lay();
    const { faults, requestLog: journal } = wire.sandbox;
    const get = { operation: 'GetObject' } as const;
    faults.add({ ...get, nth: 1 }, { kind: 'expireToken' });
    faults.add({ ...get, nth: 2 }, { kind: 'truncateResponse' });
    faults.add({ ...get, nth: 3 }, { kind: 'error', status: 503, code: 'ServiceUnavailable' });
    faults.add({ ...get, nth: 4 }, { kind: 'truncateResponse' });
    faults.add({ ...get, nth: 5 }, { kind: 'loseResponse' });
    assert.equal((await download()).verified, true);
    assert.ok((await readFile(file)).equals(bytes));
    assert.deepEqual(
      journal.select({ operation: 'GetObject' }).map(({ status }) => status),
      [403, 200, 503, 206, undefined, 206],
    );
  });

  it('cancelled in the middle, closes the connection and leaves nothing', async () => {
    await lay({ slowLink: { roundTripMs: 1, bitsPerSecond: 20_000_000 } });
    const cancel = new AbortController();
    const cancelled = download({
      signal: cancel.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 0) {
          cancel.abort();
        }
      },
    });
    await assert.rejects(cancelled, isAbort);
    assert.deepEqual(await readdir(folder), []);
    while (wire.sandbox.openConnections('oss') > 0) {
      await setTimeout(10);
    }
  });
});
