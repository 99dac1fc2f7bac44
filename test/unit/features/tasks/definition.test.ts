import assert from 'node:assert/strict';
import { readDefinition } from '../../../../src/features/tasks/definition';
import { english } from '../../support/l10n';

describe('the definition of an upload task', () => {
  const normal = { file: 'target/*.jar', pick: 'newest', overwrite: false };
  for (const [definition, expected] of [
    [{ type: 'edas-upload', file: 'target/*.jar' }, normal],
    [{ file: ' target/*.jar ', key: '  ' }, normal],
    [
      { file: '*.war', pick: 'all', key: ' ${gitBranch}/${fileName} ', overwrite: true },
      { file: '*.war', pick: 'all', key: '${gitBranch}/${fileName}', overwrite: true },
    ],
  ] as const) {
    it(`${JSON.stringify(definition)} is understood`, () => {
      assert.deepEqual(readDefinition(definition, english), expected);
    });
  }

  for (const [definition, name] of [
    [{}, 'file'],
    [{ file: '' }, 'file'],
    [{ file: ['a.jar'] }, 'file'],
    [{ file: 'a.jar', pick: 'oldest' }, 'pick'],
    [{ file: 'a.jar', key: 1 }, 'key'],
    [{ file: 'a.jar', overwrite: 'true' }, 'overwrite'],
  ] as const) {
    it(`${JSON.stringify(definition)}: “${name}” is named`, () => {
      const read = readDefinition(definition, english);
      assert.ok('complaint' in read);
      assert.match(
        read.complaint,
        new RegExp(`^“${name}” of the task must be .+ tasks\\.json\\.$`),
      );
    });
  }
});
