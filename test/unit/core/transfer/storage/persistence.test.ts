import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../../src/core/util/log';
import type { Checkpoint } from '../../../../../src/core/transfer/storage/checkpoint';
import { TransferRegistry } from '../../../../../src/core/transfer/registry';
import { TransferPersistence } from '../../../../../src/core/transfer/storage/persistence';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

const checkpoint: Checkpoint = {
  ...{ accountId: 'a', bucket: 'b', keyPrefix: 'p', key: 'p/k.jar', overwrite: false },
  contentType: 'application/java-archive',
  source: { uri: 'file:///k.jar', name: 'k.jar', size: 2500, mtimeMs: 1.5, fingerprint: 'abc' },
  ...{ unitBytes: 1000, uploadId: 'U', startedAt: 7, parts: [] },
};

describe('What transfers have left on disk', () => {
  let folder: string;
  let registry: TransferRegistry;
  let persistence: TransferPersistence;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'persistence-'));
    registry = new TransferRegistry();
    const isRunning = (): boolean => false;
    persistence = new TransferPersistence({
      folder,
      registry: registry,
      isRunning,
      lock: {},
      log: silentLog,
      checkEveryMs: 20,
    });
  });
  afterEach(async () => {
    persistence.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const state = (id: string): string | undefined => registry.get(id)?.state;
  const file = (id: string): string => path.join(folder, `${id}.checkpoint.json`);
  const lockFile = (id: string): string => path.join(folder, `${id}.lock`);

  /** Another window is at work on it. */
  async function elsewhere(id: string): Promise<void> {
    await persistence.store.write(id, checkpoint);
    await writeFile(lockFile(id), 'theirs');
  }

  async function until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries += 1) {
      assert.ok(tries < 400, 'It was not looked again.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('stays there when it cannot be read now, and keeps nothing else from being shown', async () => {
    for (const id of ['a', 'b', 'c']) {
      await persistence.store.write(id, checkpoint);
    }
    await withFileSystem(
      'readFile',
      (userInitiated) =>
        userInitiated === file('b') ? systemFault('EMFILE') : Promise.resolve(undefined),
      () => persistence.loadInterrupted(),
    );
    assert.deepEqual(['a', 'b', 'c'].map(state), ['interrupted', undefined, 'interrupted']);
    await persistence.loadInterrupted();
    assert.equal(state('b'), 'interrupted');
  });

  it('is thrown away when it was read and means nothing', async () => {
    await writeFile(file('a'), '{}');
    await persistence.loadInterrupted();
    assert.equal(state('a'), undefined);
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [what, call, isMeant] of [
    ['at a lock', 'readFile', (userInitiated: unknown) => userInitiated === lockFile('a')],
    ['at a checkpoint', 'readFile', (userInitiated: unknown) => userInitiated === file('a')],
    ['at the folder', 'readdir', () => true],
  ] as const) {
    it(`is looked at again after a look ${what} that failed`, async () => {
      await elsewhere('a');
      await persistence.loadInterrupted();
      assert.equal(state('a'), 'otherWindow');
      let failed = 0;
      await withFileSystem(
        call,
        (...[userInitiated]: readonly unknown[]) => {
          if (!isMeant(userInitiated)) {
            return Promise.resolve(undefined);
          }
          failed += 1;
          return systemFault('EIO');
        },
        () => until(() => failed > 0),
      );
      await rm(file('a'));
      await until(() => state('a') === undefined);
    });
  }
});
