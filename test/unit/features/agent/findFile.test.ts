import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFile } from '../../../../src/features/agent/findFile';
import { failure } from '../../support/coded';

describe('A file that an agent names', () => {
  let top: string;
  let folder: string;
  let missing: string;
  beforeEach(async () => {
    top = await realpath(await mkdtemp(path.join(os.tmpdir(), 'edas-find-')));
    folder = path.join(top, 'shop');
    missing = path.join(top, 'removed');
    await mkdir(folder);
    await writeFile(path.join(folder, 'app.jar'), 'app');
    await writeFile(path.join(top, 'other.jar'), 'other');
  });
  afterEach(() => rm(top, { recursive: true, force: true }));

  it('is found when another folder of the workspace is missing', async () => {
    for (const folders of [
      [missing, folder],
      [folder, missing],
    ]) {
      for (const name of ['app.jar', path.join(folder, 'app.jar')]) {
        const found = await findFile(name, folders);
        assert.equal(found.path, path.join(folder, 'app.jar'));
        assert.equal(found.isInWorkspace, true);
      }
    }
  });

  it('is outside the workspace when it is in none of the folders that exist', async () => {
    const found = await findFile(path.join(top, 'other.jar'), [missing, folder]);
    assert.equal(found.isInWorkspace, false);
  });

  it('is reported as missing when no folder has it', () =>
    failure(() => findFile('none.jar', [missing, folder]), 'source.notFound'));
});
