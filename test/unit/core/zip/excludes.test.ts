import assert from 'node:assert/strict';
import { defaultExcludes, createExcludeFilter } from '../../../../src/core/zip/excludes';

describe('Exclude patterns of a ZIP', () => {
  const cases: readonly [string[], string, boolean][] = [
    [[], 'a.log', false],
    [['*.log'], 'deep/a.log', true],
    [['*.log', '!keep.log'], 'keep.log', false],
    [['/top'], 'top', true],
    [['/top'], 'deep/top', false],
    [['target/'], 'target', false],
    [['target/'], 'target/', true],
    [['target/'], 'deep/target/', true],
    [['doc/*.txt'], 'doc/a.txt', true],
    [['doc/*.txt'], 'doc/deep/a.txt', false],
    [['doc/**/a.txt'], 'doc/x/y/a.txt', true],
    [['# note', '', '\\#a'], '#a', true],
    [['# note'], '# note', false],
    [['Target/'], 'target/', false],
    [['[ab].txt'], 'b.txt', true],
    [[...defaultExcludes], '.git/', true],
    [[...defaultExcludes], 'deep/.DS_Store', true],
    [[...defaultExcludes], '.gitignore', false],
    [[...defaultExcludes], '.env', false],
  ];
  for (const [patterns, name, expected] of cases) {
    it(`${JSON.stringify(patterns)} ${expected ? 'exclude' : 'include'} ${name}`, async () => {
      const isExcluded = await createExcludeFilter(patterns);
      assert.equal(isExcluded(name.replace(/\/$/, ''), name.endsWith('/')), expected);
    });
  }
});
