import assert from 'node:assert/strict';
import path from 'node:path';
import { nameSelectedItems } from '../../../../src/core/zip/selectedItems';

describe('Entry names of selected items', () => {
  const cases: readonly [string, string[], string[]][] = [
    ['use the name of a single item', ['/w/shop'], ['shop']],
    ['use the names of items in the same folder', ['/w/shop/a', '/w/shop/b.txt'], ['a', 'b.txt']],
    [
      'are relative to the common folder of items at different depths',
      ['/w/shop/src/a', '/w/shop/b'],
      ['src/a', 'b'],
    ],
    [
      'omit an item inside another selected item',
      ['/w/shop/a/x', '/w/shop/a', '/w/shop/ab'],
      ['a', 'ab'],
    ],
    ['omit an item that was selected twice', ['/w/a', '/w/a/', '/w/b'], ['a', 'b']],
    ['may begin with dots', ['/w/..a', '/w/b'], ['..a', 'b']],
    ['use the names of items that have only the root in common', ['/v/a', '/w/b'], ['a', 'b']],
  ];
  for (const [title, paths, names] of cases) {
    it(title, () => {
      assert.deepEqual(
        nameSelectedItems(paths, path.posix).map(({ name }) => name),
        names,
      );
    });
  }

  it('use forward slashes on Windows, ignore case, and accept several drives', () => {
    const names = (...paths: string[]): string[] =>
      nameSelectedItems(paths, path.win32).map(({ name }) => name);
    assert.deepEqual(names('C:\\w\\shop\\src\\a', 'c:\\W\\shop\\b'), ['src/a', 'b']);
    assert.deepEqual(names('C:\\w\\a', 'D:\\w\\b'), ['a', 'b']);
    assert.deepEqual(names('C:\\w\\a', 'c:\\W\\A', 'C:\\w\\b'), ['a', 'b']);
    assert.deepEqual(names('\\\\server\\share\\w\\a', '\\\\server\\share\\w\\b\\c'), ['a', 'b/c']);
  });
});
