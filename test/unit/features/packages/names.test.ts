import assert from 'node:assert/strict';
import { fileNamesFor } from '../../../../src/features/packages/names';

describe('File names of objects', () => {
  const cases: readonly (readonly [
    keys: readonly string[],
    taken: readonly string[],
    names: readonly string[],
  ])[] = [
    [['p/a.jar', 'p/b.jar'], [], ['a.jar', 'b.jar']],
    [['p/x/a.jar', 'p/y/a.jar', 'p/z/a.jar'], [], ['a.jar', 'a (1).jar', 'a (2).jar']],
    [['p/A.jar', 'p/a.JAR'], [], ['A.jar', 'a (1).JAR']],
    [['p/a.jar'], ['A.JAR', 'a (1).jar'], ['a (2).jar']],
    [['p/a:b', 'p/a?b'], [], ['a_b', 'a_b (1)']],
    [['p/.env', 'q/.env'], [], ['_.env', '_ (1).env']],
    // One letter with its accent, and the same as two characters.
    [['p/\u00e9', 'p/e\u0301'], [], ['\u00e9', 'e\u0301 (1)']],
  ];
  for (const [keys, taken, names] of cases) {
    it(`are ${names.join(', ')} for ${keys.join(', ')}${taken.length > 0 ? ` when ${taken.join(', ')} exist` : ''}`, () =>
      assert.deepEqual(fileNamesFor(keys, taken), names));
  }
});
