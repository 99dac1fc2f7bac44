import assert from 'node:assert/strict';
import path from 'node:path';
import { nameSelectedItems } from '../../../../src/core/zip/selectedItems';

describe('Names of things that are packed together', () => {
  const cases: readonly [string, string[], string[]][] = [
    ['one by itself', ['/w/shop'], ['shop']],
    ['beside each other', ['/w/shop/a', '/w/shop/b.txt'], ['a', 'b.txt']],
    ['at different depths', ['/w/shop/src/a', '/w/shop/b'], ['src/a', 'b']],
    ['one inside the other', ['/w/shop/a/x', '/w/shop/a', '/w/shop/ab'], ['a', 'ab']],
    ['twice the same', ['/w/a', '/w/a/', '/w/b'], ['a', 'b']],
    ['with names that begin with dots', ['/w/..a', '/w/b'], ['..a', 'b']],
    ['that share only the top of the disk', ['/v/a', '/w/b'], ['a', 'b']],
  ];
  for (const [what, paths, names] of cases) {
    it(what, () => {
      assert.deepEqual(
        nameSelectedItems(paths, path.posix).map(({ name }) => name),
        names,
      );
    });
  }

  it('on Windows: with forward slashes, across disks, upper and lower case alike', () => {
    const names = (...paths: string[]): string[] =>
      nameSelectedItems(paths, path.win32).map(({ name }) => name);
    assert.deepEqual(names('C:\\w\\shop\\src\\a', 'c:\\W\\shop\\b'), ['src/a', 'b']);
    assert.deepEqual(names('C:\\w\\a', 'D:\\w\\b'), ['a', 'b']);
    assert.deepEqual(names('C:\\w\\a', 'c:\\W\\A', 'C:\\w\\b'), ['a', 'b']);
    assert.deepEqual(names('\\\\server\\share\\w\\a', '\\\\server\\share\\w\\b\\c'), ['a', 'b/c']);
  });
});
