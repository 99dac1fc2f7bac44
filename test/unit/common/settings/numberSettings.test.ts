import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SettingProblem } from '../../../../src/common/settings/settingProblems';
import { readWholeNumber } from '../../../../src/common/settings/numberSettings';
import { fakeWindow } from '../../support/fakeWindow';

describe('Whole-number setting', () => {
  const range = { least: 1, most: 8, defaultValue: 4 };
  const read = (value: unknown) => {
    fakeWindow.reset();
    fakeWindow.settings['edasPackages.parallelParts'] = value;
    const problems: SettingProblem[] = [];
    const warn = (problem: SettingProblem): void => void problems.push(problem);
    return { value: readWholeNumber('parallelParts', range, { warn }), problems };
  };

  for (const value of [1, 4, 8]) {
    it(`accepts ${value}`, () => assert.deepEqual(read(value), { value, problems: [] }));
  }
  for (const invalid of [0, 9, -1, 2.5, '4', undefined, Number.NaN, [4]]) {
    it(`reports ${inspect(invalid)} and uses the default`, () => {
      const { value, problems } = read(invalid);
      const [problem] = problems;
      assert.equal(value, 4);
      assert.equal(problem?.setting, 'edasPackages.parallelParts');
      assert.match(problem.sentence, /edasPackages\.parallelParts .* from 1 to 8\. 4 is used\.$/);
      assert.ok(problem.sentence.includes(` is ${JSON.stringify(invalid)},`), problem.sentence);
    });
  }
});
