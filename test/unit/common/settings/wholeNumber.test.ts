import assert from 'node:assert/strict';
import { wholeNumber } from '../../../../src/common/settings/wholeNumber';

describe('a setting that is a whole number', () => {
  const range = { least: 1, most: 8, defaultValue: 4 };
  const read = (found: unknown) => wholeNumber('edasPackages.parallelParts', found, range);

  for (const found of [1, 4, 8]) {
    it(`may be ${found}`, () => assert.deepEqual(read(found), { value: found }));
  }
  for (const found of [0, 9, -1, 2.5, '4', null, undefined, Number.NaN, [4]]) {
    it(`may not be ${JSON.stringify(found)}`, () => {
      const { value, problem: complaint } = read(found);
      assert.equal(value, 4);
      assert.match(complaint ?? '', /edasPackages\.parallelParts .* from 1 to 8\. 4 is used\.$/);
      assert.ok(complaint?.includes(` is ${JSON.stringify(found)},`), complaint);
    });
  }
});
