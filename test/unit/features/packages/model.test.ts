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

describe('The package prefix, over the wire', () => {
  let wire: DownloadFixture;
  let packages: PackagesModel;
  let current: Account | undefined;
  let switched: Emitter<Account | undefined>;
  let transfers: Emitter<TransferChange>;
  let redrawn: string[];
  let whenRedrawn: () => void;

  beforeEach(async () => {
    wire = await DownloadFixture.start();
    [current, redrawn] = [account(), []];
    fakeWindow.reset();
    [switched, transfers] = [new Emitter(), new Emitter()];
    whenRedrawn = () => undefined;
    const manager = { onDidChange: transfers.event };
    const transferServices = {
      oss: wire.oss,
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
      ...{ session: wire.session, log: wire.log },
      transferServices: new Lazy(() => Promise.resolve(transferServices)),
      downloadsFolder: path.join(os.tmpdir(), `edas-downloads-${process.pid}`),
    });
    packages.onDidChange((folder) => {
      redrawn.push(folder);
      whenRedrawn();
    });
  });
  afterEach(async () => {
    packages.dispose();
    await wire.stop();
  });

  async function stand(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await wire.sandbox.objects.put({
        ...{ key: `${wire.sandbox.keyPrefix}/${name}`, size: 1, etag: '"E"', lastModified: 0 },
        ...{ headers: {}, type: 'Normal', bodies: [] },
      });
    }
  }

  async function look(folder = ''): Promise<Listing> {
    const listing = await packages.list(folder);
    assert.ok(typeof listing === 'object', 'it was not listed');
    return listing;
  }

  async function paths(folder = ''): Promise<readonly string[]> {
    return (await look(folder)).entries.map(({ path: name }) => name);
  }

  function userInitiated(operation: string): number {
    return wire.sandbox.requestLog.entries.filter((entry) => entry.operation === operation).length;
  }

  it('is not asked for while nobody is signed in, or nobody has fetched where that is wanted', async () => {
    fakeWindow.settings['edasPackages.fetchOnShow'] = false;
    assert.equal(await packages.list(''), 'notFetched');
    current = undefined;
    assert.equal(await packages.list(''), 'signedOut');
    assert.deepEqual(wire.sandbox.requestLog.entries.length, 0);
  });

  it('is listed once a credential is there', async () => {
    await stand('a b+%.jar', '中文/包.jar', 'x/y/z.jar');
    fakeWindow.settings['edasPackages.fetchOnShow'] = false;
    await packages.list('');
    await wire.session.fetch();
    assert.deepEqual(redrawn, ['']);
    assert.deepEqual(await paths(), ['a b+%.jar', 'x/', '中文/']);
    assert.deepEqual(await paths('中文/'), ['中文/包.jar']);
    assert.deepEqual(await paths('x/'), ['x/y/']);
    assert.equal(userInitiated('ListObjectsV2'), 3);
  });

  it('comes in pages, and keeps them when it is refreshed', async () => {
    await stand(...Array.from({ length: 450 }, (_, n) => `${String(n).padStart(3, '0')}.jar`));
    await look();
    await packages.loadMore('');
    packages.refresh();
    assert.equal((await paths()).length, 400);
    await packages.loadMore('');
    assert.equal(new Set(await paths()).size, 450);
    assert.equal((await look()).hasMore, false);
    assert.equal(userInitiated('ListObjectsV2'), 4);
  });

  it('is filtered at the server', async () => {
    await stand('app-1.jar', 'app-2.jar', 'b.jar');
    packages.filter = 'app';
    assert.deepEqual(await paths(), ['app-1.jar', 'app-2.jar']);
    packages.filter = '';
    assert.equal((await paths()).length, 3);
  });

  it('stops listing when the view is hidden, and lists when it is shown again', async () => {
    await stand('a.jar');
    wire.sandbox.faults.add({ operation: 'ListObjectsV2', nth: 1 }, { kind: 'stall' });
    const listing = packages.list('');
    while (userInitiated('ListObjectsV2') === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    packages.hidden();
    assert.equal(await listing, undefined);
    redrawn.length = 0;
    packages.shown();
    assert.deepEqual(redrawn, ['']);
    assert.deepEqual(await paths(), ['a.jar']);
    packages.shown();
    assert.deepEqual(redrawn, ['']);
  });

  it('is listed by a new request after Refresh when the running one gets no response', async () => {
    await stand('a.jar');
    await look();
    await stand('b.jar');
    packages.refresh();
    wire.sandbox.faults.add({ operation: 'ListObjectsV2', nth: 1 }, { kind: 'stall' });
    const before = userInitiated('ListObjectsV2');
    const listing = look();
    while (userInitiated('ListObjectsV2') === before) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    packages.refresh();
    assert.equal((await listing).entries.length, 1);
    assert.deepEqual(await paths(), ['a.jar', 'b.jar']);
  });

  it('is asked once when listing is denied, and again with a new credential', async () => {
    await stand('a.jar');
    wire.sandbox.settings.denied = new Set(['ListObjectsV2']);
    assert.ok(hasCode((await look()).error, 'oss.accessDenied'));
    packages.refresh();
    assert.ok(hasCode((await look()).error, 'oss.accessDenied'));
    assert.equal(userInitiated('ListObjectsV2'), 1);
    wire.sandbox.settings.denied = new Set();
    redrawn.length = 0;
    await wire.session.fetch();
    assert.ok(redrawn.includes(''));
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('is listed by a new credential when the one at hand has expired', async () => {
    await stand('a.jar');
    await look();
    wire.sandbox.issuer.expire();
    packages.refresh();
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('shows no object that was deleted, and requests a denied deletion again, because the refusal may be for one object', async () => {
    await stand('a.jar', 'x/b.jar');
    await look();
    await look('x/');
    const key = `${wire.sandbox.keyPrefix}/x/b.jar`;
    const object = { kind: 'object', key, location: wire.location } as const;
    const prefix = await packages.storage();
    const { signal } = new AbortController();
    wire.sandbox.settings.denied = new Set(['DeleteObject']);
    for (let n = 0; n < 2; n++) {
      await failure(() => prefix.delete(object, signal), 'oss.accessDenied');
    }
    assert.equal(userInitiated('DeleteObject'), 2);
    wire.sandbox.settings.denied = new Set();
    await prefix.delete(object, signal);
    assert.equal(wire.sandbox.objects.exists(key), false);
    packages.removed('x/b.jar');
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('loses nothing by a row that was listed in another bucket', async () => {
    await stand('a.jar');
    const [entry] = (await look()).entries;
    assert.ok(entry?.kind === 'object');
    assert.deepEqual(entry.location, wire.location);
    const prefix = await packages.storage();
    await failure(
      () =>
        prefix.delete(
          { ...entry, location: { ...entry.location, bucket: 'edas-bj' } },
          new AbortController().signal,
        ),
      'transfer.locationChanged',
    );
    assert.equal(userInitiated('DeleteObject'), 0);
  });

  it('is downloaded after a refusal, with the same credential', async () => {
    const key = `${wire.sandbox.keyPrefix}/a.jar`;
    const bytes = Buffer.from('the package');
    await wire.session.use((credential) =>
      wire.oss.putObject(
        { credential, network: 'public' },
        { key, body: bytes, forbidOverwrite: true },
      ),
    );
    const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-packages-'));
    try {
      const { downloader } = await packages.storage();
      const file = path.join(folder, 'a.jar');
      const request = { key, location: wire.location, file, overwrite: false };
      const { signal } = new AbortController();
      wire.sandbox.settings.denied = new Set(['GetObject']);
      for (let n = 0; n < 2; n++) {
        await failure(() => downloader.download(request, { signal }), 'oss.accessDenied');
      }
      assert.equal(userInitiated('GetObject'), 2);
      assert.deepEqual(await readdir(folder), []);
      wire.sandbox.settings.denied = new Set();
      await downloader.download(request, { signal });
      assert.deepEqual(await readFile(file), bytes);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is listed anew after uploads, in the folder concerned only', async () => {
    await stand('a.jar', 'x/b.jar');
    await look();
    await look('x/');
    redrawn.length = 0;
    const before = userInitiated('ListObjectsV2');
    const telling = new Promise<void>((resolve) => (whenRedrawn = resolve));
    await stand('x/c.jar');
    for (const state of ['running', 'done'] as const) {
      transfers.fire({ id: 't', transfer: transfer('x/c.jar', state) });
    }
    await telling;
    assert.deepEqual(redrawn, ['x/']);
    assert.deepEqual(await paths('x/'), ['x/b.jar', 'x/c.jar']);
    await paths();
    assert.equal(userInitiated('ListObjectsV2') - before, 1);
  });

  it('is forgotten with the account', async () => {
    await stand('a.jar');
    packages.filter = 'a';
    await look();
    current = account({ id: 'two' });
    wire.session.reset();
    switched.fire(current);
    assert.equal(packages.filter, '');
    assert.ok(redrawn.includes(''));
    await look();
    assert.equal(userInitiated('ListObjectsV2'), 2);
  });

  it('is kept, with its filter, when the account is only called otherwise', async () => {
    await stand('a.jar');
    packages.filter = 'a';
    await look();
    current = account({ name: 'another name' });
    switched.fire(current);
    assert.equal(packages.filter, 'a');
    assert.deepEqual(await paths(), ['a.jar']);
    assert.equal(userInitiated('ListObjectsV2'), 1);
    const telling = new Promise<void>((resolve) => (whenRedrawn = resolve));
    await stand('a2.jar');
    for (const state of ['running', 'done'] as const) {
      transfers.fire({ id: 't', transfer: transfer('a2.jar', state) });
    }
    await telling;
    assert.deepEqual(await paths(), ['a.jar', 'a2.jar']);
  });

  it('fetches nothing after the credential was forgotten, until somebody looks again', async () => {
    await stand('a.jar');
    await look();
    wire.session.reset();
    assert.equal(await packages.list(''), 'notFetched');
    packages.shown();
    assert.deepEqual(await paths(), ['a.jar']);
  });

  it('waits, after the fetch was cancelled, for a credential that somebody asks for', async () => {
    await stand('a.jar');
    const cancelled = async (): Promise<Listing | 'notFetched' | 'signedOut' | undefined> => {
      wire.sandbox.faults.add({ service: 'edas' }, { kind: 'stall' });
      const looking = packages.list('');
      while (wire.session.state.kind !== 'fetching') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      wire.session.cancelFetch();
      wire.sandbox.faults.clear();
      return looking;
    };
    // Of the first credential.
    await cancelled();
    assert.equal(await packages.list(''), 'notFetched');
    await wire.session.fetch();
    assert.deepEqual(await paths(), ['a.jar']);
    // Of one that takes the location of an expired one.
    wire.sandbox.issuer.expire();
    packages.refresh();
    const listing = await cancelled();
    assert.ok(typeof listing === 'object' && isAbort(listing.error));
    await wire.session.fetch();
    assert.equal((await look()).error, undefined);
  });

  function transfer(name: string, state: Transfer['state']): Transfer {
    const key = `${wire.sandbox.keyPrefix}/${name}`;
    return { id: 't', accountId: 'one', sourceUri: 'file:///x', name, key, state, since: 0 };
  }
});
