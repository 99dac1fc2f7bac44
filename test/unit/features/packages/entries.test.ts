import assert from 'node:assert/strict';
import { folderOf, pageOf } from '../../../../src/features/packages/entries';

const place = { bucket: 'b', keyPrefix: 'p/1' };

function object(key: string): { key: string; size: number; etag: string; lastModified: number } {
  return { key, size: 1, etag: 'E', lastModified: 0 };
}

describe('A page of a listing', () => {
  const cases: readonly (readonly [
    title: string,
    folder: string,
    keys: readonly string[],
    prefixes: readonly string[],
    paths: readonly string[],
  ])[] = [
    [
      'merges folders and objects',
      '',
      ['p/1/b.jar', 'p/1/z.jar'],
      ['p/1/a/', 'p/1/y/'],
      ['a/', 'b.jar', 'y/', 'z.jar'],
    ],
    ['leaves out the mark of the folder itself', 'a/', ['p/1/a/', 'p/1/a/x.jar'], [], ['a/x.jar']],
    ['leaves out what was not asked for', 'a/', ['p/2/a/x.jar', 'p/1/b.jar'], ['q/'], []],
    ['takes names that have slashes in odd places', 'a/', [], ['p/1/a//'], ['a//']],
  ];
  for (const [title, folder, keys, prefixes, paths] of cases) {
    it(title, () => {
      const page = pageOf({ objects: keys.map(object), prefixes }, place, folder);
      assert.deepEqual(
        page.entries.map(({ path }) => path),
        paths,
      );
    });
  }

  it('knows the key of an object, and what leads on', () => {
    const page = pageOf(
      { objects: [object('p/1/a.jar')], prefixes: [], nextToken: 'T' },
      place,
      '',
    );
    const [entry] = page.entries;
    assert.ok(entry?.kind === 'object');
    assert.equal(entry.key, 'p/1/a.jar');
    assert.deepEqual(entry.location, place);
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
