import assert from 'node:assert/strict';
import { isAbort } from '../../../../src/core/errors/catalogue';
import type { Entry, Page } from '../../../../src/common/objects/entries';
import type { ListRequest } from '../../../../src/common/objects/listPage';
import { FolderCache } from '../../../../src/features/packages/folderCache';

/** A prefix with names in it, which says what it was asked. */
class FakePrefix {
  readonly userInitiated: string[] = [];
  failure: Error | undefined;
  /** Runs while a page is on its way. */
  meanwhile: (() => void) | undefined;

  constructor(readonly names: string[]) {}

  readonly list = async (
    { folder, filter, token, count }: ListRequest,
    signal: AbortSignal,
  ): Promise<Page> => {
    this.userInitiated.push([folder + filter, token ?? 'first', count].join(' '));
    const answer = this.#answer(folder, filter, Number(token ?? 0), count);
    await Promise.resolve();
    this.meanwhile?.();
    signal.throwIfAborted();
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return answer;
  };

  #answer(folder: string, filter: string, from: number, count: number): Page {
    const below = this.names.filter((name) => name.startsWith(folder + filter));
    const paths = new Set(
      below.map((name) => {
        const slash = name.indexOf('/', (folder + filter).length);
        return slash < 0 ? name : name.slice(0, slash + 1);
      }),
    );
    const all = [...paths].sort().map(entry);
    const next = from + count < all.length ? { nextToken: String(from + count) } : {};
    return { entries: all.slice(from, from + count), ...next };
  }
}

function entry(path: string): Entry {
  const base = { path, location: { bucket: 'b', keyPrefix: 'p' }, key: `p/${path}` };
  return path.endsWith('/')
    ? { kind: 'folder', ...base }
    : { kind: 'object', ...base, size: 1, etag: 'E', lastModified: 0 };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `app-${String(n).padStart(4, '0')}.jar`);
}

describe('Folders of the package prefix', () => {
  let prefix: FakePrefix;
  let folders: FolderCache;
  const stage = (...names: string[]): void => {
    prefix = new FakePrefix(names);
    folders = new FolderCache(prefix.list);
  };
  const paths = (folder = ''): readonly string[] | undefined =>
    folders.known(folder)?.entries.map(({ path }) => path);

  it('are not listed before somebody looks, and then once', async () => {
    stage('a.jar', 'x/b.jar');
    assert.deepEqual(prefix.userInitiated, []);
    await Promise.all([folders.open(''), folders.open('')]);
    await folders.open('');
    assert.deepEqual(prefix.userInitiated, [' first 200']);
    assert.deepEqual(paths(), ['a.jar', 'x/']);
    assert.equal(folders.known('x/'), undefined);
  });

  it('come in pages of 200, and no further than asked', async () => {
    stage(...numbered(450));
    assert.equal((await folders.open('')).hasMore, true);
    assert.equal(paths()?.length, 200);
    await folders.more('');
    assert.equal(paths()?.length, 400);
    await folders.more('');
    assert.deepEqual(paths(), numbered(450));
    assert.equal(folders.known('')?.hasMore, false);
    await folders.more('');
    assert.deepEqual(prefix.userInitiated, [' first 200', ' 200 200', ' 400 200']);
  });

  it('are listed anew as far as they were shown, in answers as long as OSS gives', async () => {
    stage(...numbered(3000));
    await folders.open('');
    for (const [pages, userInitiated] of [
      [2, [' first 600']],
      [4, [' first 1000', ' 1000 400']],
    ] as const) {
      for (let n = 0; n < pages; n++) {
        await folders.more('');
      }
      const before = paths();
      prefix.userInitiated.length = 0;
      folders.outdateAll();
      await folders.open('');
      assert.deepEqual(prefix.userInitiated, userInitiated);
      assert.deepEqual(paths(), before);
    }
  });

  it('are listed once more when they are out of date before the answer is there', async () => {
    stage('a.jar');
    prefix.meanwhile = () => {
      prefix.meanwhile = undefined;
      prefix.names.push('b.jar');
      folders.outdate('');
    };
    await folders.open('');
    assert.deepEqual(paths(), ['a.jar', 'b.jar']);
  });

  it('are listed anew also when they get out of date while the next page is on its way', async () => {
    stage(...numbered(300));
    await folders.open('');
    let opened: Promise<unknown> | undefined;
    prefix.meanwhile = () => {
      prefix.meanwhile = undefined;
      prefix.names.unshift('a-new-one.jar');
      folders.outdate('');
      opened = folders.open('');
    };
    await folders.more('');
    await opened;
    assert.equal(paths()?.[0], 'a-new-one.jar');
  });

  it('keep what they had when they cannot be listed anew, and ask again only when told', async () => {
    stage('a.jar');
    await folders.open('');
    prefix.failure = new Error('no');
    folders.outdate('');
    assert.equal((await folders.open('')).error, prefix.failure);
    await folders.open('');
    assert.deepEqual(paths(), ['a.jar']);
    assert.equal(prefix.userInitiated.length, 2);
    prefix.failure = undefined;
    assert.equal(folders.outdateFailed(), true);
    assert.equal((await folders.open('')).error, undefined);
    assert.equal(folders.outdateFailed(), false);
  });

  it('stay as they are when the next page fails', async () => {
    stage(...numbered(300));
    await folders.open('');
    prefix.failure = new Error('no');
    await assert.rejects(folders.more(''), /no/);
    prefix.failure = undefined;
    await folders.more('');
    assert.equal(paths()?.length, 300);
  });

  for (const [what, nextToken, expected] of [
    ['one token again and again', () => 'again', 2],
    ['ever new tokens', (page: number) => String(page), 20],
  ] as const) {
    it(`stop with Load More at empty pages with ${what}`, async () => {
      let requests = 0;
      const endless = new FolderCache(() => {
        // The guard of this test: without an end of its own it would hang.
        assert.ok(++requests <= 100);
        return Promise.resolve({ entries: [], nextToken: nextToken(requests) });
      });
      assert.deepEqual(await endless.open(''), { entries: [], hasMore: true, error: undefined });
      assert.equal(requests, expected);
    });
  }

  it('are filtered by the server, the prefix itself only', async () => {
    stage('apps/a.jar', 'apps/b.jar', 'other.jar');
    folders.filter = 'apps/b';
    await folders.open('');
    await folders.open('apps/');
    assert.deepEqual(paths(), ['apps/b.jar']);
    assert.deepEqual(paths('apps/'), ['apps/a.jar', 'apps/b.jar']);
    assert.deepEqual(prefix.userInitiated, ['apps/b first 200', 'apps/ first 200']);
  });

  it('keep what they had when a listing is cancelled, and are listed again when they are opened next', async () => {
    stage('a.jar');
    await folders.open('');
    prefix.names.push('b.jar');
    folders.outdate('');
    let wasReading = false;
    prefix.meanwhile = () => (wasReading = folders.cancel());
    await assert.rejects(folders.open(''), isAbort);
    assert.equal(wasReading, true);
    assert.deepEqual(folders.known('')?.entries, [entry('a.jar')]);
    assert.equal(folders.known('')?.error, undefined);
    prefix.meanwhile = undefined;
    assert.equal((await folders.open('')).entries.length, 2);
    assert.equal(folders.cancel(), false);
  });

  it('are forgotten with what is on its way', async () => {
    stage('a.jar');
    const opened = folders.open('');
    folders.clear();
    await assert.rejects(opened, isAbort);
    assert.equal(paths(), undefined);
  });

  describe('after an upload', () => {
    const cases: readonly (readonly [
      title: string,
      opened: readonly string[],
      filter: string,
      path: string,
      redrawn: readonly string[],
    ])[] = [
      ['list its folder anew', ['', 'x/'], '', 'x/new.jar', ['x/']],
      ['list the prefix anew', [''], '', 'new.jar', ['']],
      ['list what must show a new folder', [''], '', 'new/a/b.jar', ['']],
      ['leave what shows the way already', [''], '', 'x/new.jar', []],
      ['leave all when nobody has looked', [], '', 'x/new.jar', []],
      ['list what a deep filter brings up', ['', 'x/'], 'x/', 'x/new.jar', ['x/', '']],
    ];
    for (const [title, opened, filter, path, redrawn] of cases) {
      it(title, async () => {
        stage('a.jar', 'x/b.jar');
        folders.filter = filter;
        for (const folder of opened) {
          await folders.open(folder);
        }
        prefix.names.push(path);
        prefix.userInitiated.length = 0;
        assert.deepEqual(folders.added(path), redrawn);
        for (const folder of opened) {
          await folders.open(folder);
        }
        assert.equal(prefix.userInitiated.length, redrawn.length);
      });
    }
  });

  describe('after a deletion', () => {
    const cases: readonly (readonly [title: string, path: string, redrawn: readonly string[]])[] = [
      ['list its folder anew', 'x/b.jar', ['x/']],
      ['list the prefix anew', 'a.jar', ['']],
      ['list the folder itself and what shows it', 'x/', ['x/', '']],
      ['list all above when a folder is empty now', 'y/z/d.jar', ['y/z/', 'y/', '']],
    ];
    for (const [title, path, redrawn] of cases) {
      it(title, async () => {
        stage('a.jar', 'x/b.jar', 'x/c.jar', 'y/z/d.jar');
        for (const folder of ['', 'x/', 'y/', 'y/z/']) {
          await folders.open(folder);
        }
        assert.deepEqual(folders.removed(path), redrawn);
        assert.equal(paths(redrawn[0])?.includes(path), false);
      });
    }
  });
});
