import assert from 'node:assert/strict';
import { Uri } from 'vscode';
import type { SettingProblem } from '../../../../src/common/settings/settingProblems';
import { zipSettings } from '../../../../src/common/settings/zipSettings';
import { defaultExcludes } from '../../../../src/core/zip/excludes';
import { fakeWindow } from '../../support/fakeWindow';

describe('Settings of a ZIP', () => {
  const read = (settings: Readonly<Record<string, unknown>>) => {
    fakeWindow.reset();
    fakeWindow.settings = {
      'edasPackages.zip.exclude': ['*.log'],
      'edasPackages.zip.links': 'skip',
      ...settings,
    };
    const problems: SettingProblem[] = [];
    const warn = (problem: SettingProblem): void => void problems.push(problem);
    return { ...zipSettings(Uri.file('/shop'), { warn }), problems };
  };

  it('are used when they are valid', () =>
    assert.deepEqual(read({}), { excludes: ['*.log'], links: 'skip', problems: [] }));

  it('are reported when the links are invalid, and links are kept', () => {
    const { links, problems } = read({ 'edasPackages.zip.links': 'drop' });
    assert.equal(links, 'keep');
    assert.deepEqual(problems, [
      {
        setting: 'edasPackages.zip.links',
        sentence:
          'The setting edasPackages.zip.links is "drop", but must be one of keep, skip. keep is used.',
      },
    ]);
  });

  for (const exclude of ['*.log', ['*.log', 7]]) {
    it(`are reported when what is left out is ${JSON.stringify(exclude)}, and the default is used`, () => {
      const { excludes, problems } = read({ 'edasPackages.zip.exclude': exclude });
      assert.deepEqual(excludes, defaultExcludes);
      assert.deepEqual(problems, [
        {
          setting: 'edasPackages.zip.exclude',
          sentence: `The setting edasPackages.zip.exclude is ${JSON.stringify(exclude)}, but must be a list of patterns. The default is used.`,
        },
      ]);
    });
  }
});
