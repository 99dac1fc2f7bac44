import assert from 'node:assert/strict';
import { folderOf, pageOf } from '../../../../src/common/objects/entries';

const location = { bucket: 'b', keyPrefix: 'p/1' };

function object(key: string): { key: string; size: number; etag: string; lastModified: number } {
  return { key, size: 1, etag: 'E', lastModified: 0 };
}

describe('Listing page', () => {
  const cases: readonly (readonly [
    title: string,
    folder: string,
    keys: readonly string[],
    prefixes: readonly string[],
    paths: readonly string[],
  ])[] = [
    [
      'lists folders and objects together, in key order',
      '',
      ['p/1/b.jar', 'p/1/z.jar'],
      ['p/1/a/', 'p/1/y/'],
      ['a/', 'b.jar', 'y/', 'z.jar'],
    ],
    [
      'omits the empty marker object of the folder itself',
      'a/',
      ['p/1/a/'],
      ['p/1/a/b/'],
      ['a/b/'],
    ],
    ['omits empty marker objects of subfolders', '', ['p/1/apps/', 'p/1/'], [], []],
    ['lists an object whose name begins with a slash', 'a/', ['p/1/a//x.jar'], [], ['a//x.jar']],
    [
      'omits keys and folders outside the requested folder',
      'a/',
      ['p/2/a/x.jar', 'p/1/b.jar'],
      ['q/'],
      [],
    ],
    ['lists a folder with an empty name', 'a/', [], ['p/1/a//'], ['a//']],
  ];
  for (const [title, folder, keys, prefixes, paths] of cases) {
    it(title, () => {
      const objects = keys.map((key) => ({ ...object(key), size: key.endsWith('/') ? 0 : 1 }));
      const page = pageOf({ objects, prefixes }, location, folder);
      assert.deepEqual(
        page.entries.map(({ path }) => path),
        paths,
      );
    });
  }

  it('lists a non-empty object whose key is that of the folder', () => {
    for (const folder of ['', 'a/']) {
      const page = pageOf({ objects: [object('p/1/a/')], prefixes: [] }, location, folder);
      assert.deepEqual(page.entries, [
        { kind: 'object', path: 'a/', location, ...object('p/1/a/') },
      ]);
    }
  });

  it('returns the key and location of each object, and the token of the next page', () => {
    const page = pageOf(
      { objects: [object('p/1/a.jar')], prefixes: [], nextToken: 'T' },
      location,
      '',
    );
    const [entry] = page.entries;
    assert.ok(entry?.kind === 'object');
    assert.equal(entry.key, 'p/1/a.jar');
    assert.deepEqual(entry.location, location);
    assert.equal(page.nextToken, 'T');
  });
});

describe('The folder of a path', () => {
  for (const [path, folder] of [
    ['a.jar', ''],
    ['a/b.jar', 'a/'],
    ['a/b/', 'a/'],
    ['a/', ''],
    ['', ''],
    ['a//', 'a/'],
    ['/', ''],
    ['//', '/'],
    ['/x.jar', '/'],
  ] as const) {
    it(`of “${path}” is “${folder}”`, () => assert.equal(folderOf(path), folder));
  }
});
