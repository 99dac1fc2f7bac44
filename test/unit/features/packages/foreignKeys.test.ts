import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { safeFileName } from '../../../../src/core/transfer/download/safeFileName';
import { deleteObjects } from '../../../../src/features/packages/deleteObjects';
import type { Entry } from '../../../../src/common/objects/entries';
import { PackageStorage } from '../../../../src/features/packages/storage';
import { DownloadFixture } from '../../core/transfer/download/downloadFixture';
import { failure } from '../../support/coded';
import { copyObjects } from '../../../../src/features/packages/copyObjects';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { Lazy } from '../../../../src/common/vscode/lazy';
import type { TransferServices } from '../../../../src/common/transferServices';
import { fakeWindow, pick, press, type FakePrompt } from '../../support/fakeWindow';

/** Other tools may have uploaded them. */
describe('Objects with unusual keys', () => {
  let fixture: DownloadFixture;
  let storage: PackageStorage;
  let folder: string;
  const { signal } = new AbortController();

  beforeEach(async () => {
    fakeWindow.reset();
    fixture = await DownloadFixture.start();
    folder = await mkdtemp(path.join(os.tmpdir(), 'edas-foreign-'));
    const { session, oss, network, log } = fixture;
    storage = new PackageStorage({ session, oss, network, log, downloadsFolder: `${folder}-r` });
  });
  afterEach(async () => {
    await fixture.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-r`, { recursive: true, force: true });
  });

  const keyOf = (name: string): string => `${fixture.location.keyPrefix}/${name}`;

  async function put(name: string, bytes = `the bytes of ${name}`): Promise<void> {
    await fixture.session.use((credential) =>
      fixture.oss.putObject(
        { credential, network: 'public' },
        { key: keyOf(name), body: Buffer.from(bytes), forbidOverwrite: true },
      ),
    );
  }

  /** All entries, folder by folder, as a person opens them. */
  async function walk(at = ''): Promise<readonly Entry[]> {
    const { entries } = await storage.list({ folder: at, filter: '', count: 200 }, signal);
    const inside = entries.map((entry) =>
      entry.kind === 'folder' ? walk(entry.path) : Promise.resolve([]),
    );
    return [...entries, ...(await Promise.all(inside)).flat()];
  }

  async function paths(): Promise<readonly string[]> {
    return (await walk()).map(({ kind, path: at }) => `${kind} ${at}`);
  }

  for (const name of [
    '..',
    '../x.jar',
    '../../other/x.jar',
    'a/../x.jar',
    'a/./x.jar',
    '.',
    '//x.jar',
    '/x.jar',
    'a//x.jar',
    'a//',
    'dir/',
    '%2e%2e/x.jar',
    'a\\..\\x.jar',
    'a\n$(id)\u202egpj.jar',
    '?x=..&y#z',
  ]) {
    it(`are listed, downloaded and deleted: ${JSON.stringify(name)}`, async () => {
      await put(name);
      // The key that a URL parser would make of some of these.
      await put('x.jar', 'another object');
      const entries = await walk();
      const entry = entries.find(({ kind, key }) => kind === 'object' && key === keyOf(name));
      assert.ok(entry, entries.map(({ key }) => key).join(', '));
      const file = path.join(folder, safeFileName(entry.key));
      const request = { key: entry.key, location: entry.location, file, overwrite: false };
      await storage.downloader.download(request, { signal });
      assert.equal(await readFile(file, 'utf8'), `the bytes of ${name}`);
      await storage.delete(entry, signal);
      assert.equal(fixture.sandbox.objects.exists(keyOf(name)), false);
      assert.equal(fixture.sandbox.objects.exists(keyOf('x.jar')), true);
    });
  }

  async function remove(entries: readonly Entry[]): Promise<readonly string[]> {
    const removed: string[] = [];
    await deleteObjects(entries, signal, {
      storage: () => Promise.resolve(storage),
      log: fixture.log,
      reporter: new Reporter(fixture.log),
      removed: (at) => removed.push(at),
      refresh: () => undefined,
    });
    return removed;
  }

  it('are not listed when they mark an empty folder, and are deleted with it', async () => {
    await put('apps/', '');
    await put('apps/a/b/', '');
    await put('apps/x.jar');
    assert.deepEqual(await paths(), [
      ...['folder apps/', 'folder apps/a/', 'object apps/x.jar', 'folder apps/a/b/'],
    ]);
    fakeWindow.script(press('Delete'));
    const removed = await remove(await walk());
    assert.deepEqual(removed, ['apps/x.jar', 'apps/a/b/', 'apps/a/', 'apps/']);
    assert.deepEqual(fixture.sandbox.objects.list(), []);
    assert.match(fakeWindow.messages[0]?.detail ?? '', /A folder is deleted only if it is empty\./);
  });

  for (const inside of ['apps/x.jar', 'apps/a/b/', 'apps//']) {
    it(`are not deleted with their folder when it contains ${inside}`, async () => {
      await put('apps/', '');
      await put(inside, '');
      fakeWindow.script(press('Delete'));
      const [apps] = await walk();
      assert.deepEqual(await remove([apps!]), []);
      assert.equal(fixture.sandbox.objects.list().length, 2);
      assert.equal(
        fakeWindow.messages[1]?.text,
        'apps/ was not deleted: The folder is not empty. Delete what is in it first, then delete it.',
      );
      await failure(() => storage.delete(apps!, signal), 'object.folderNotEmpty');
    });
  }

  it('are not deleted with their folder when they are not empty', async () => {
    await put('apps/');
    const [apps, object] = await walk();
    await failure(() => storage.delete(apps!, signal), 'object.folderNotEmpty');
    await storage.delete(object!, signal);
    assert.deepEqual(await paths(), []);
  });

  async function copy(names: readonly string[], form: string): Promise<FakePrompt | undefined> {
    for (const name of names) {
      await put(name);
    }
    fakeWindow.script(pick(form));
    const objects = (await walk()).filter((entry) => entry.kind === 'object');
    await copyObjects(objects, {
      session: fixture.session,
      transferServices: new Lazy(() =>
        Promise.resolve({
          oss: fixture.oss,
          dispose: () => undefined,
        } as unknown as TransferServices),
      ),
    });
    return fakeWindow.prompts[0];
  }

  it('are copied as key or oss:// path when no URL can address them', async () => {
    const prompt = await copy(['../x.jar'], 'oss:// Path');
    assert.deepEqual(
      prompt?.items.map(({ label, description }) => [label, description]),
      [
        ['Object Key', keyOf('../x.jar')],
        ['oss:// Path', `oss://${fixture.location.bucket}/${keyOf('../x.jar')}`],
      ],
    );
    assert.match(prompt.placeholder, /No URL leads to “.*\.\.\/x\.jar”/);
    assert.equal(fakeWindow.clipboard, `oss://${fixture.location.bucket}/${keyOf('../x.jar')}`);
  });

  it('are copied as URL when it can address them', async () => {
    await copy(['//x\n.jar', 'a/'], 'Object URL');
    const base = `${fixture.sandbox.ossEndpoint}/${fixture.location.bucket}/${fixture.location.keyPrefix}`;
    assert.deepEqual(fakeWindow.clipboard.split('\n'), [`${base}///x%0A.jar`, `${base}/a/`]);
  });

  it('are not copied as a key with a line break', async () => {
    await failure(() => copy(['x\n.jar'], 'Object Key'), 'copy.unprintable');
    assert.equal(fakeWindow.clipboard, '');
  });

  it('are called a folder in the delete confirmation when they mark one', async () => {
    await put('apps/', '');
    await remove(await walk());
    assert.deepEqual(
      fakeWindow.messages.map(({ text, detail }) => [text, detail]),
      [
        [
          'Delete the folder “apps/” from the package prefix?',
          'A folder is deleted only if it is empty.',
        ],
      ],
    );
    assert.equal(fixture.sandbox.objects.list().length, 1);
  });
});
