import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../../../src/core/util/log';
import type { Checkpoint } from '../../../../../src/core/transfer/storage/checkpoint';
import { TransferRegistry } from '../../../../../src/core/transfer/registry';
import { TransferPersistence } from '../../../../../src/core/transfer/storage/persistence';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

const checkpoint: Checkpoint = {
  accountId: 'a',
  bucket: 'b',
  keyPrefix: 'p',
  key: 'p/k.jar',
  overwrite: false,
  contentType: 'application/java-archive',
  source: { uri: 'file:///k.jar', name: 'k.jar', size: 2500, mtimeMs: 1.5, fingerprint: 'abc' },
  unitBytes: 1000,
  uploadId: 'U',
  startedAt: 7,
  parts: [],
};

describe('TransferPersistence', () => {
  let folder: string;
  let registry: TransferRegistry;
  let persistence: TransferPersistence;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'persistence-'));
    registry = new TransferRegistry();
    const isRunning = (): boolean => false;
    persistence = new TransferPersistence({
      folder,
      registry,
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

  /** Creates a checkpoint with a lock, as if another window runs the transfer. */
  async function createLocked(id: string): Promise<void> {
    await persistence.store.write(id, checkpoint);
    await writeFile(lockFile(id), 'theirs');
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; !condition(); tries += 1) {
      assert.ok(tries < 400, 'The condition was not met in time.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('skips a temporarily unreadable checkpoint, and lists it later', async () => {
    for (const id of ['a', 'b', 'c']) {
      await persistence.store.write(id, checkpoint);
    }
    await withFileSystem(
      'readFile',
      (requested) => (requested === file('b') ? systemFault('EMFILE') : Promise.resolve(undefined)),
      () => persistence.loadInterrupted(),
    );
    assert.deepEqual(['a', 'b', 'c'].map(state), ['interrupted', undefined, 'interrupted']);
    await persistence.loadInterrupted();
    assert.equal(state('b'), 'interrupted');
  });

  it('deletes a checkpoint with invalid contents', async () => {
    await writeFile(file('a'), '{}');
    await persistence.loadInterrupted();
    assert.equal(state('a'), undefined);
    assert.deepEqual(await readdir(folder), []);
  });

  it('leaves a checkpoint of another version, by whose upload ID its parts can be removed', async () => {
    await persistence.store.write('a', checkpoint);
    const text = await readFile(file('a'), 'utf8');
    await writeFile(file('a'), text.replace('"version":3', '"version":4'));
    await persistence.loadInterrupted();
    assert.equal(state('a'), undefined);
    assert.deepEqual(await readdir(folder), ['a.checkpoint.json']);
  });

  it('lists a transfer as running in another window again when that window continues after sleep', async () => {
    await createLocked('a');
    const beforeSleep = Date.now() / 1000 - 3600;
    await utimes(lockFile('a'), beforeSleep, beforeSleep);
    await persistence.loadInterrupted();
    assert.equal(state('a'), 'interrupted');
    await utimes(lockFile('a'), new Date(), new Date());
    await until(() => state('a') === 'otherWindow');
  });

  for (const [target, call, isAffected] of [
    ['its lock', 'readFile', (requested: unknown) => requested === lockFile('a')],
    ['its checkpoint', 'readFile', (requested: unknown) => requested === file('a')],
    ['the folder', 'readdir', () => true],
  ] as const) {
    it(`continues to watch a transfer of another window after reading ${target} failed`, async () => {
      await createLocked('a');
      await persistence.loadInterrupted();
      assert.equal(state('a'), 'otherWindow');
      let failed = 0;
      await withFileSystem(
        call,
        (...[requested]: readonly unknown[]) => {
          if (!isAffected(requested)) {
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
