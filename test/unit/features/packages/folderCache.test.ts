import assert from 'node:assert/strict';
import { isAbort } from '../../../../src/core/errors/catalogue';
import type { Entry, Page } from '../../../../src/common/objects/entries';
import type { ListRequest } from '../../../../src/common/objects/listPage';
import { FolderCache } from '../../../../src/features/packages/folderCache';

/** A package prefix with these names, which records the list requests. */
class FakePrefix {
  readonly requests: string[] = [];
  failure: Error | undefined;
  /** Runs while a page is loading. */
  meanwhile: (() => void) | undefined;

  constructor(readonly names: string[]) {}

  readonly list = async (
    { folder, filter, token, count }: ListRequest,
    signal: AbortSignal,
  ): Promise<Page> => {
    this.requests.push([folder + filter, token ?? 'first', count].join(' '));
    const page = this.#page(folder, filter, Number(token ?? 0), count);
    await Promise.resolve();
    this.meanwhile?.();
    signal.throwIfAborted();
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return page;
  };

  #page(folder: string, filter: string, from: number, count: number): Page {
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

describe('FolderCache', () => {
  let prefix: FakePrefix;
  let folders: FolderCache;
  const createCache = (...names: string[]): void => {
    prefix = new FakePrefix(names);
    folders = new FolderCache(prefix.list);
  };
  const paths = (folder = ''): readonly string[] | undefined =>
    folders.known(folder)?.entries.map(({ path }) => path);

  it('lists a folder when it is first opened, and only once', async () => {
    createCache('a.jar', 'x/b.jar');
    assert.deepEqual(prefix.requests, []);
    await Promise.all([folders.open(''), folders.open('')]);
    await folders.open('');
    assert.deepEqual(prefix.requests, [' first 200']);
    assert.deepEqual(paths(), ['a.jar', 'x/']);
    assert.equal(folders.known('x/'), undefined);
  });

  it('lists pages of 200 entries, and only as many as requested', async () => {
    createCache(...numbered(450));
    assert.equal((await folders.open('')).hasMore, true);
    assert.equal(paths()?.length, 200);
    await folders.more('');
    assert.equal(paths()?.length, 400);
    await folders.more('');
    assert.deepEqual(paths(), numbered(450));
    assert.equal(folders.known('')?.hasMore, false);
    await folders.more('');
    assert.deepEqual(prefix.requests, [' first 200', ' 200 200', ' 400 200']);
  });

  it('lists all shown entries again after outdateAll, up to 1,000 per request', async () => {
    createCache(...numbered(3000));
    await folders.open('');
    for (const [pages, requests] of [
      [2, [' first 600']],
      [4, [' first 1000', ' 1000 400']],
    ] as const) {
      for (let n = 0; n < pages; n++) {
        await folders.more('');
      }
      const before = paths();
      prefix.requests.length = 0;
      folders.outdateAll();
      await folders.open('');
      assert.deepEqual(prefix.requests, requests);
      assert.deepEqual(paths(), before);
    }
  });

  it('lists again when the folder is outdated before the response arrives', async () => {
    createCache('a.jar');
    prefix.meanwhile = () => {
      prefix.meanwhile = undefined;
      prefix.names.push('b.jar');
      folders.outdate('');
    };
    await folders.open('');
    assert.deepEqual(paths(), ['a.jar', 'b.jar']);
  });

  it('lists again when the folder is outdated while its next page is loading', async () => {
    createCache(...numbered(300));
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

  it('keeps the entries when a refresh fails, and retries only after outdateFailed', async () => {
    createCache('a.jar');
    await folders.open('');
    prefix.failure = new Error('no');
    folders.outdate('');
    assert.equal((await folders.open('')).error, prefix.failure);
    await folders.open('');
    assert.deepEqual(paths(), ['a.jar']);
    assert.equal(prefix.requests.length, 2);
    prefix.failure = undefined;
    assert.equal(folders.outdateFailed(), true);
    assert.equal((await folders.open('')).error, undefined);
    assert.equal(folders.outdateFailed(), false);
  });

  it('keeps the entries when the next page fails, and can load it again', async () => {
    createCache(...numbered(300));
    await folders.open('');
    prefix.failure = new Error('no');
    await assert.rejects(folders.more(''), /no/);
    prefix.failure = undefined;
    await folders.more('');
    assert.equal(paths()?.length, 300);
  });

  for (const [situation, nextToken, expected] of [
    ['the same token each time', () => 'again', 2],
    ['a new token each time', (page: number) => String(page), 20],
  ] as const) {
    it(`stops after empty pages with ${situation}, and offers Load More`, async () => {
      let requests = 0;
      const endless = new FolderCache(() => {
        // Keeps this test from hanging if the cache never stops.
        assert.ok(++requests <= 100);
        return Promise.resolve({ entries: [], nextToken: nextToken(requests) });
      });
      assert.deepEqual(await endless.open(''), { entries: [], hasMore: true, error: undefined });
      assert.equal(requests, expected);
    });
  }

  it('filters only the root folder, and on the server', async () => {
    createCache('apps/a.jar', 'apps/b.jar', 'other.jar');
    folders.filter = 'apps/b';
    await folders.open('');
    await folders.open('apps/');
    assert.deepEqual(paths(), ['apps/b.jar']);
    assert.deepEqual(paths('apps/'), ['apps/a.jar', 'apps/b.jar']);
    assert.deepEqual(prefix.requests, ['apps/b first 200', 'apps/ first 200']);
  });

  it('keeps the entries when a listing is cancelled, and lists again on the next open', async () => {
    createCache('a.jar');
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

  it('clear() removes all entries and aborts running requests', async () => {
    createCache('a.jar');
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
      outdated: readonly string[],
    ])[] = [
      ['outdates the folder of the object', ['', 'x/'], '', 'x/new.jar', ['x/']],
      ['outdates the root folder', [''], '', 'new.jar', ['']],
      ['outdates the open folder in which a new subfolder appears', [''], '', 'new/a/b.jar', ['']],
      ['outdates nothing when the subfolder is already shown', [''], '', 'x/new.jar', []],
      ['outdates nothing when no folder was opened', [], '', 'x/new.jar', []],
      [
        'outdates the root folder too when its filter matches the object',
        ['', 'x/'],
        'x/',
        'x/new.jar',
        ['x/', ''],
      ],
    ];
    for (const [title, opened, filter, path, outdated] of cases) {
      it(title, async () => {
        createCache('a.jar', 'x/b.jar');
        folders.filter = filter;
        for (const folder of opened) {
          await folders.open(folder);
        }
        prefix.names.push(path);
        prefix.requests.length = 0;
        assert.deepEqual(folders.added(path), outdated);
        for (const folder of opened) {
          await folders.open(folder);
        }
        assert.equal(prefix.requests.length, outdated.length);
      });
    }
  });

  describe('after a deletion', () => {
    const cases: readonly (readonly [title: string, path: string, outdated: readonly string[]])[] =
      [
        ['outdates the folder of the object', 'x/b.jar', ['x/']],
        ['outdates the root folder', 'a.jar', ['']],
        ['outdates a deleted folder and its parent', 'x/', ['x/', '']],
        ['outdates all parents of a folder that is now empty', 'y/z/d.jar', ['y/z/', 'y/', '']],
      ];
    for (const [title, path, outdated] of cases) {
      it(title, async () => {
        createCache('a.jar', 'x/b.jar', 'x/c.jar', 'y/z/d.jar');
        for (const folder of ['', 'x/', 'y/', 'y/z/']) {
          await folders.open(folder);
        }
        assert.deepEqual(folders.removed(path), outdated);
        assert.equal(paths(outdated[0])?.includes(path), false);
      });
    }
  });
});
