import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { Downloads } from '../../../../src/features/packages/download';
import type { ObjectEntry } from '../../../../src/common/objects/entries';
import { PackageStorage } from '../../../../src/features/packages/storage';
import { DownloadFixture } from '../../core/transfer/download/downloadFixture';
import { fakeWindow, press } from '../../support/fakeWindow';

describe('Downloads', () => {
  let fixture: DownloadFixture;
  let folder: string;
  let downloads: Downloads;
  let storage: PackageStorage;
  const names = ['a.jar', 'b.jar', 'c.jar'];

  beforeEach(async () => {
    fakeWindow.reset();
    fixture = await DownloadFixture.start();
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-downloads-'));
    const { session, oss, network, log } = fixture;
    storage = new PackageStorage({ session, oss, network, log, downloadsFolder: `${folder}-r` });
    downloads = new Downloads({
      storage: () => Promise.resolve(storage),
      reporter: new Reporter(log),
      log,
      target: {
        ask: (objects) =>
          Promise.resolve(
            objects.map((object) => ({
              object,
              overwrite: false,
              file: path.join(folder, path.basename(object.key)),
            })),
          ),
      },
    });
    for (const name of names) {
      const key = `${fixture.location.keyPrefix}/${name}`;
      await session.use((credential) =>
        oss.putObject(
          { credential, network: 'public' },
          { key, body: Buffer.from(name), forbidOverwrite: true },
        ),
      );
    }
  });
  afterEach(async () => {
    await fixture.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-r`, { recursive: true, force: true });
  });

  function deny(name: string | RegExp, code = 'AccessDenied', times = 1): void {
    const key = name instanceof RegExp ? name : `${fixture.location.keyPrefix}/${name}`;
    fixture.sandbox.faults.add(
      { operation: 'GetObject', key, times },
      { kind: 'error', status: 403, code, message: 'No.' },
    );
  }

  async function start(cancelled = new AbortController().signal): Promise<void> {
    const { signal } = new AbortController();
    const { entries } = await storage.list({ folder: '', filter: '', count: 10 }, signal);
    await downloads.start(
      entries.filter((entry): entry is ObjectEntry => entry.kind === 'object'),
      cancelled,
    );
  }

  async function waitForMessages(count: number): Promise<readonly string[]> {
    while (fakeWindow.messages.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return fakeWindow.messages.map(({ text }) => text);
  }

  function requests(): readonly string[] {
    return fixture.sandbox.requestLog.entries
      .filter(({ operation }) => operation === 'GetObject')
      .map(({ key = '' }) => path.basename(key))
      .sort();
  }

  it('repeat only failed files with Try Again', async () => {
    deny('b.jar');
    fakeWindow.script(press('Try Again'));
    await start();
    const [first, second] = await waitForMessages(2);
    assert.match(first ?? '', /^Downloaded 2 files .*b\.jar was not downloaded: OSS denied access/);
    assert.equal(second, 'Downloaded b.jar (5 B), verified by CRC-64.');
    assert.deepEqual(requests(), ['a.jar', 'b.jar', 'b.jar', 'c.jar']);
    assert.deepEqual((await readdir(folder)).sort(), names);
    assert.deepEqual(
      fakeWindow.messages.map(({ buttons }) => buttons),
      [['Try Again', 'Show in Folder', 'Show Log'], ['Show in Folder']],
    );
  });

  it('repeat failed files and those that were not started with Try Again', async () => {
    names.push('d.jar');
    const key = `${fixture.location.keyPrefix}/d.jar`;
    await fixture.session.use((credential) =>
      fixture.oss.putObject(
        { credential, network: 'public' },
        { key, body: Buffer.from('d.jar'), forbidOverwrite: true },
      ),
    );
    deny(/\.jar$/, 'NoSuchBucket', 3);
    fakeWindow.script(press('Try Again'));
    await start();
    await waitForMessages(2);
    assert.match(fakeWindow.messages[0]?.text ?? '', /Not processed: 1\./);
    assert.match(fakeWindow.messages[1]?.text ?? '', /^Downloaded 4 files/);
    names.pop();
  });

  it('show only a status bar message after a cancellation', async () => {
    const cancelled = new AbortController();
    cancelled.abort();
    await start(cancelled.signal);
    assert.deepEqual(fakeWindow.messages, []);
    assert.deepEqual(fakeWindow.statusTexts, ['Download cancelled.']);
  });
});
