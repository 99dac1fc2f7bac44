import assert from 'node:assert/strict';
import {
  folderNamed,
  folderProperty,
  readDefinition,
} from '../../../../src/features/tasks/definition';

describe('Definition of an upload task', () => {
  const defaults = { file: 'target/*.jar', pick: 'newest', overwrite: false };
  for (const [definition, expected] of [
    [{ type: 'edas-upload', file: 'target/*.jar' }, defaults],
    [{ file: ' target/*.jar ', key: '  ' }, defaults],
    [
      { file: '*.war', pick: 'all', key: ' ${gitBranch}/${fileName} ', overwrite: true },
      { file: '*.war', pick: 'all', key: '${gitBranch}/${fileName}', overwrite: true },
    ],
  ] as const) {
    it(`accepts ${JSON.stringify(definition)}`, () => {
      assert.deepEqual(readDefinition(definition), expected);
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
    it(`rejects ${JSON.stringify(definition)} and names “${name}”`, () => {
      const read = readDefinition(definition);
      assert.ok('complaint' in read);
      assert.match(
        read.complaint,
        new RegExp(`^The task property “${name}” must be .+ tasks\\.json\\.$`),
      );
    });
  }
});

describe('Deployment in an upload task', () => {
  const read = (deploy: unknown) => readDefinition({ file: 'a.jar', deploy });

  it('is automatic and in one batch by default', () => {
    const minimal = read({ application: ' orders ', type: 'ignored' });
    assert.ok('deploy' in minimal);
    assert.deepEqual(minimal.deploy, {
      application: 'orders',
      release: { batches: 1, waitMinutes: 0, isManual: false },
    });
    const all = { application: 'orders', group: 'blue', version: '2', batches: 3, wait: 5 };
    const full = read({ ...all, release: 'manual' });
    assert.ok('deploy' in full);
    assert.deepEqual(full.deploy, {
      application: 'orders',
      group: 'blue',
      version: '2',
      release: { batches: 3, waitMinutes: 5, isManual: true },
    });
  });

  for (const [deploy, name] of [
    ['orders', 'deploy'],
    [{}, 'deploy.application'],
    [{ application: '' }, 'deploy.application'],
    [{ application: 'x', group: 1 }, 'deploy.group'],
    [{ application: 'x', version: ' ' }, 'deploy.version'],
    [{ application: 'x', release: 'canary' }, 'deploy.release'],
    [{ application: 'x', batches: 1001 }, 'deploy.batches'],
    [{ application: 'x', wait: 6 }, 'deploy.wait'],
  ] as const) {
    it(`rejects ${JSON.stringify(deploy)} and names “${name}”`, () => {
      const found = read(deploy);
      assert.ok('complaint' in found);
      assert.ok(found.complaint.includes(`“${name}” must be `), found.complaint);
    });
  }
});

describe('Workspace folder of a detected task', () => {
  const folder = (name: string, uri: string) => ({ name, uri });
  const [one, two, sameName] = [
    folder('one', 'file:///w/one'),
    folder('two', 'file:///w/two'),
    folder('two', 'file:///v/two'),
  ];

  it('is omitted when only one folder is open', () => {
    assert.equal(folderProperty(one, [one]), undefined);
  });

  for (const folders of [
    [one, two],
    [one, two, sameName],
  ]) {
    it(`is unique for each of ${folders.length} folders, and resolves to the same folder`, () => {
      const properties = folders.map((each) => folderProperty(each, folders));
      assert.equal(new Set(properties).size, folders.length);
      assert.deepEqual(
        properties.map((property) => folderNamed(property, folders)),
        folders,
      );
    });
  }

  it('is undefined when the definition names none, or one that is not open', () => {
    assert.equal(folderNamed(undefined, [one, two]), undefined);
    assert.equal(folderNamed('three', [one, two]), undefined);
  });
});
