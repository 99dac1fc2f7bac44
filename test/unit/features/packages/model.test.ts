import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Emitter } from '../../../../src/core/util/emitter';
import { isAbort, hasCode } from '../../../../src/core/errors/catalogue';
import type { Transfer, TransferChange } from '../../../../src/core/transfer/manager';
import type { Listing } from '../../../../src/features/packages/folderCache';
import { PackagesModel } from '../../../../src/features/packages/model';
import type { Account } from '../../../../src/common/account';
import { Lazy } from '../../../../src/common/vscode/lazy';
import type { TransferServices } from '../../../../src/common/transferServices';
import { account } from '../../support/account';
import { failure } from '../../support/coded';
import { fakeWindow } from '../../support/fakeWindow';
import { DownloadFixture } from '../../core/transfer/download/downloadFixture';

describe('PackagesModel', () => {
  let fixture: DownloadFixture;
  let packages: PackagesModel;
  let current: Account | undefined;
  let switched: Emitter<Account | undefined>;
  let transfers: Emitter<TransferChange>;
  let refreshed: string[];
  let onRefresh: () => void;

  beforeEach(async () => {
    fixture = await DownloadFixture.start();
    [current, refreshed] = [account(), []];
    fakeWindow.reset();
    [switched, transfers] = [new Emitter(), new Emitter()];
    onRefresh = () => undefined;
    const manager = { onDidChange: transfers.event };
    const transferServices = {
      oss: fixture.oss,
      manager,
      dispose: () => undefined,
    } as unknown as TransferServices;
    packages = new PackagesModel({
      accounts: {
        get current() {
          return current;
        },
        onDidChange: switched.event,
      },
      session: fixture.session,
      log: fixture.log,
      transferServices: new Lazy(() => Promise.resolve(transferServices)),
      downloadsFolder: path.join(os.tmpdir(), `edas-downloads-${process.pid}`),
    });
    packages.onDidChange((folder) => {
      refreshed.push(folder);
      onRefresh();
    });
  });
  afterEach(async () => {
    packages.dispose();
    await fixture.stop();
  });

  async function addObjects(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await fixture.sandbox.objects.put({
        key: `${fixture.sandbox.keyPrefix}/${name}`,
        size: 1,
        etag: '"E"',
        lastModified: 0,
        headers: {},
        type: 'Normal',
        bodies: [],
      });
    }
  }

  async function listFolder(folder = ''): Promise<Listing> {
    const listing = await packages.list(folder);
    assert.ok(typeof listing === 'object', 'it was not listed');
    return listing;
  }

  async function paths(folder = ''): Promise<readonly string[]> {
    return (await listFolder(folder)).entries.map(({ path: name }) => name);
  }

  function requestCount(operation: string): number {
    return fixture.sandbox.requestLog.entries.filter((entry) => entry.operation === operation)
      .length;
  }

  it('sends no request before sign-in, nor before a fetch while fetchOnShow is off', async () => {
    fakeWindow.settings['edasPackages.fetchOnShow'] = false;
    assert.equal(await packages.list(''), 'notFetched');
    current = undefined;
    assert.equal(await packages.list(''), 'signedOut');
    assert.deepEqual(fixture.sandbox.requestLog.entries.length, 0);
  });

  it('lists folders once a credential is available', async () => {
    await addObjects('a b+%.jar', '中文/包.jar', 'x/y/z.jar');
    fakeWindow.settings['edasPackages.fetchOnShow'] = false;
    await packages.list('');
    await fixture.session.fetch();
    assert.deepEqual(refreshed, ['']);
    assert.deepEqual(await paths(), ['a b+%.jar', 'x/', '中文/']);
    assert.deepEqual(await paths('中文/'), ['中文/包.jar']);
    assert.deepEqual(await paths('x/'), ['x/y/']);
    assert.equal(requestCount('ListObjectsV2'), 3);
  });

  it('lists in pages, and keeps their number on refresh', async () => {
    await addObjects(...Array.from({ length: 450 }, (_, n) => `${String(n).padStart(3, '0')}.jar`));
    await listFolder();
    await packages.loadMore('');
    packages.refresh();
    assert.equal((await paths()).length, 400);
    await packages.loadMore('');
    assert.equal(new Set(await paths()).size, 450);
    assert.equal((await listFolder()).hasMore, false);
    assert.equal(requestCount('ListObjectsV2'), 4);
  });

  it('lists only names that start with the filter', async () => {
    await addObjects('app-1.jar', 'app-2.jar', 'b.jar');
    packages.filter = 'app';
    assert.deepEqual(await paths(), ['app-1.jar', 'app-2.jar']);
    packages.filter = '';
    assert.equal((await paths()).length, 3);
  });

  it('cancels listing when the view is hidden, and lists when it is shown again', async () => {
    await addObjects('a.jar');
    fixture.sandbox.faults.add({ operation: 'ListObjectsV2', nth: 1 }, { kind: 'stall' });
    const listing = packages.list('');
    while (requestCount('ListObjectsV2') === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    packages.hidden();
    assert.equal(await listing, undefined);
    refreshed.length = 0;
    packages.shown();
    assert.deepEqual(refreshed, ['']);
    assert.deepEqual(await paths(), ['a.jar']);
    packages.shown();
    assert.deepEqual(refreshed, ['']);
  });

  it('sends a new request on refresh when the running one gets no response', async () => {
    await addObjects('a.jar');
    await listFolder();
    await addObjects('b.jar');
    packages.refresh();
    fixture.sandbox.faults.add({ operation: 'ListObjectsV2', nth: 1 }, { kind: 'stall' });
    const before = requestCount('ListObjectsV2');
    const listing = listFolder();
    while (requestCount('ListObjectsV2') === before) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    packages.refresh();
    assert.equal((await listing).entries.length, 1);
    assert.deepEqual(await paths(), ['a.jar', 'b.jar']);
  });

  it('sends no request after a denied listing until there is a new credential', async () => {
    await addObjects('a.jar');
    fixture.sandbox.settings.denied = new Set(['ListObjectsV2']);
    assert.ok(hasCode((await listFolder()).error, 'oss.accessDenied'));
    packages.refresh();
    assert.ok(hasCode((await listFolder()).error, 'oss.accessDenied'));
    assert.equal(requestCount('ListObjectsV2'), 1);
    fixture.sandbox.settings.denied = new Set();
    refreshed.length = 0;
    await fixture.session.fetch();
    assert.ok(refreshed.includes(''));
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('renews an expired credential before it lists', async () => {
    await addObjects('a.jar');
    await listFolder();
    fixture.sandbox.issuer.expire();
    packages.refresh();
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('deletes an object after denied attempts, and no longer lists it', async () => {
    await addObjects('a.jar', 'x/b.jar');
    await listFolder();
    await listFolder('x/');
    const key = `${fixture.sandbox.keyPrefix}/x/b.jar`;
    const object = { kind: 'object', key, location: fixture.location } as const;
    const prefix = await packages.storage();
    const { signal } = new AbortController();
    fixture.sandbox.settings.denied = new Set(['DeleteObject']);
    for (let n = 0; n < 2; n++) {
      await failure(() => prefix.delete(object, signal), 'oss.accessDenied');
    }
    assert.equal(requestCount('DeleteObject'), 2);
    fixture.sandbox.settings.denied = new Set();
    await prefix.delete(object, signal);
    assert.equal(fixture.sandbox.objects.exists(key), false);
    packages.removed('x/b.jar');
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('does not delete an object that was listed in another bucket', async () => {
    await addObjects('a.jar');
    const [entry] = (await listFolder()).entries;
    assert.ok(entry?.kind === 'object');
    assert.deepEqual(entry.location, fixture.location);
    const prefix = await packages.storage();
    await failure(
      () =>
        prefix.delete(
          { ...entry, location: { ...entry.location, bucket: 'edas-bj' } },
          new AbortController().signal,
        ),
      'transfer.locationChanged',
    );
    assert.equal(requestCount('DeleteObject'), 0);
  });

  it('downloads an object after denied attempts with the same credential', async () => {
    const key = `${fixture.sandbox.keyPrefix}/a.jar`;
    const bytes = Buffer.from('the package');
    await fixture.session.use((credential) =>
      fixture.oss.putObject(
        { credential, network: 'public' },
        { key, body: bytes, forbidOverwrite: true },
      ),
    );
    const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-packages-'));
    try {
      const { downloader } = await packages.storage();
      const file = path.join(folder, 'a.jar');
      const request = { key, location: fixture.location, file, overwrite: false };
      const { signal } = new AbortController();
      fixture.sandbox.settings.denied = new Set(['GetObject']);
      for (let n = 0; n < 2; n++) {
        await failure(() => downloader.download(request, { signal }), 'oss.accessDenied');
      }
      assert.equal(requestCount('GetObject'), 2);
      assert.deepEqual(await readdir(folder), []);
      fixture.sandbox.settings.denied = new Set();
      await downloader.download(request, { signal });
      assert.deepEqual(await readFile(file), bytes);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('refreshes only the folder of an upload', async () => {
    await addObjects('a.jar', 'x/b.jar');
    await listFolder();
    await listFolder('x/');
    refreshed.length = 0;
    const before = requestCount('ListObjectsV2');
    const refresh = new Promise<void>((resolve) => (onRefresh = resolve));
    await addObjects('x/c.jar');
    for (const state of ['running', 'done'] as const) {
      transfers.fire({ id: 't', transfer: transfer('x/c.jar', state) });
    }
    await refresh;
    assert.deepEqual(refreshed, ['x/']);
    assert.deepEqual(await paths('x/'), ['x/b.jar', 'x/c.jar']);
    await paths();
    assert.equal(requestCount('ListObjectsV2') - before, 1);
  });

  it('clears the listings and the filter when the account changes', async () => {
    await addObjects('a.jar');
    packages.filter = 'a';
    await listFolder();
    current = account({ id: 'two' });
    fixture.session.reset();
    switched.fire(current);
    assert.equal(packages.filter, '');
    assert.ok(refreshed.includes(''));
    await listFolder();
    assert.equal(requestCount('ListObjectsV2'), 2);
  });

  it('keeps the listings and the filter when the account is renamed', async () => {
    await addObjects('a.jar');
    packages.filter = 'a';
    await listFolder();
    current = account({ name: 'another name' });
    switched.fire(current);
    assert.equal(packages.filter, 'a');
    assert.deepEqual(await paths(), ['a.jar']);
    assert.equal(requestCount('ListObjectsV2'), 1);
    const refresh = new Promise<void>((resolve) => (onRefresh = resolve));
    await addObjects('a2.jar');
    for (const state of ['running', 'done'] as const) {
      transfers.fire({ id: 't', transfer: transfer('a2.jar', state) });
    }
    await refresh;
    assert.deepEqual(await paths(), ['a.jar', 'a2.jar']);
  });

  it('fetches no credential after a reset until the view is shown again', async () => {
    await addObjects('a.jar');
    await listFolder();
    fixture.session.reset();
    assert.equal(await packages.list(''), 'notFetched');
    packages.shown();
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('fetches no credential after a cancelled fetch until the person requests one', async () => {
    await addObjects('a.jar');
    const listAndCancelFetch = async (): Promise<
      Listing | 'notFetched' | 'signedOut' | undefined
    > => {
      fixture.sandbox.faults.add({ service: 'edas' }, { kind: 'stall' });
      const listing = packages.list('');
      while (fixture.session.state.kind !== 'fetching') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      fixture.session.cancelFetch();
      fixture.sandbox.faults.clear();
      return listing;
    };
    // The fetch of the first credential.
    await listAndCancelFetch();
    assert.equal(await packages.list(''), 'notFetched');
    await fixture.session.fetch();
    assert.deepEqual(await paths(), ['a.jar']);
    // The renewal of an expired credential, whose location is used meanwhile.
    fixture.sandbox.issuer.expire();
    packages.refresh();
    const listing = await listAndCancelFetch();
    assert.ok(typeof listing === 'object' && isAbort(listing.error));
    await fixture.session.fetch();
    assert.equal((await listFolder()).error, undefined);
  });

  function transfer(name: string, state: Transfer['state']): Transfer {
    const key = `${fixture.sandbox.keyPrefix}/${name}`;
    return { id: 't', accountId: 'one', sourceUri: 'file:///x', name, key, state, since: 0 };
  }
});
