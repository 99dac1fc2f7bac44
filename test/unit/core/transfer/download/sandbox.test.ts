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
import { InstantTiming } from './scriptedOss';
import { DownloadFixture } from './downloadFixture';

const key = 'release-pkg/117274586608/apps/空 格+(1)~.jar';

describe('Downloader with the sandbox', () => {
  const bytes = randomBytes(5 * 1024 * 1024 + 1);
  let folder: string;
  let file: string;
  let fixture: DownloadFixture;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-download-'));
    file = path.join(folder, 'app.jar');
  });
  afterEach(async () => {
    await fixture.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-records`, { recursive: true, force: true });
  });

  /** Starts a sandbox that has the object. */
  async function startSandbox(options: SandboxOptions = {}): Promise<void> {
    fixture = await DownloadFixture.start(options);
    const put = { key, body: bytes, forbidOverwrite: true };
    await fixture.session.use((credential) =>
      fixture.oss.putObject({ credential, network: 'public' }, put),
    );
  }

  function download(options: Partial<DownloadOptions> = {}): Promise<DownloadResult> {
    const { session, oss, network, log } = fixture;
    const recordFolder = `${folder}-records`;
    return new Downloader({
      session,
      oss,
      network,
      log,
      recordFolder,
      timing: new InstantTiming(),
    }).download(
      { key, location: fixture.location, file, overwrite: false },
      { signal: new AbortController().signal, ...options },
    );
  }

  it('writes the complete file', async () => {
    await startSandbox();
    assert.equal((await download()).verified, true);
    assert.ok((await readFile(file)).equals(bytes));
  });

  it('resumes after broken connections, a server error and an expired token', async () => {
    await startSandbox();
    const { faults, requestLog } = fixture.sandbox;
    const get = { operation: 'GetObject' } as const;
    faults.add({ ...get, nth: 1 }, { kind: 'expireToken' });
    faults.add({ ...get, nth: 2 }, { kind: 'truncateResponse' });
    faults.add({ ...get, nth: 3 }, { kind: 'error', status: 503, code: 'ServiceUnavailable' });
    faults.add({ ...get, nth: 4 }, { kind: 'truncateResponse' });
    faults.add({ ...get, nth: 5 }, { kind: 'loseResponse' });
    assert.equal((await download()).verified, true);
    assert.ok((await readFile(file)).equals(bytes));
    assert.deepEqual(
      requestLog.select({ operation: 'GetObject' }).map(({ status }) => status),
      [403, 200, 503, 206, undefined, 206],
    );
  });

  it('closes the connection and leaves no file when cancelled', async () => {
    await startSandbox({ slowLink: { roundTripMs: 1, bitsPerSecond: 20_000_000 } });
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
    while (fixture.sandbox.openConnections('oss') > 0) {
      await setTimeout(10);
    }
  });
});
