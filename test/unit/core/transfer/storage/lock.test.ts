import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TransferLock } from '../../../../../src/core/transfer/storage/lock';
import { failure } from '../../../support/coded';
import { endedPid } from '../../../support/endedPid';
import { nameOfProcess } from '../../../support/temporaryNames';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

const heartbeatMs = 150;

describe('TransferLock', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
    file = path.join(folder, 'a.lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const acquire = (signal?: AbortSignal): Promise<TransferLock> =>
    TransferLock.acquire(file, { heartbeatMs }, signal);
  const writeOwner = (token: string): Promise<void> => writeFile(file, token);

  it('has one owner, and is free after its release', async () => {
    const lock = await acquire();
    assert.equal(await TransferLock.stateOf(file), 'held');
    await failure(acquire, 'transfer.busy');
    await lock.release();
    assert.equal(await TransferLock.stateOf(file), 'free');
    const next = await acquire();
    await next.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is released without an error when its file cannot be removed', async () => {
    const lock = await acquire();
    await withFileSystem(
      'rm',
      () => systemFault('EBUSY'),
      () => lock.release(),
    );
    await (await acquire()).release();
  });

  it('is acquired by only one of many callers', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquire()));
    const locks = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
  });

  it('of a dead process is free, and acquired by only one of many callers', async () => {
    await writeOwner(nameOfProcess(await endedPid()));
    assert.equal(await TransferLock.stateOf(file), 'free');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquire()));
    const locks = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [condition, call] of [
    ['a file of its name is being deleted', 'open'],
    ['another program has its file open', 'readFile'],
  ] as const) {
    it(`retries while ${condition}, as on Windows`, async () => {
      for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
        await writeOwner(nameOfProcess(await endedPid()));
        let failures = 2;
        const failTwice = (): Promise<unknown> =>
          failures-- > 0 ? systemFault(code) : Promise.resolve(undefined);
        const lock = await withFileSystem(call, failTwice, () => acquire());
        await lock.release();
        assert.ok(failures < 0);
      }
    });
  }

  it('can be acquired when another process has the process ID of the dead owner', async () => {
    for (const pid of [process.pid, process.ppid]) {
      const theirs = nameOfProcess(pid);
      await writeOwner(theirs);
      const lock = await acquire();
      assert.notEqual(await readFile(file, 'utf8'), theirs);
      await lock.release();
    }
  });

  it('is held while its heartbeat continues, also on another host', async () => {
    await writeOwner(`1-${'f'.repeat(32)}`);
    const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()), heartbeatMs / 2);
    try {
      assert.equal(await TransferLock.stateOf(file), 'held');
      await failure(acquire, 'transfer.busy');
    } finally {
      clearInterval(heartbeat);
    }
    await (await acquire()).release();
  });

  it('can be acquired when its file is incomplete', async () => {
    await writeFile(file, '12');
    await (await acquire()).release();
  });

  it('notifies its owner when it is lost, and does not remove the file of the new owner', async () => {
    const lock = await acquire();
    const lost = new Promise<void>((resolve) => lock.onLost(resolve));
    await writeOwner('theirs');
    await lost;
    assert.ok(lock.isLost);
    await lock.release();
    assert.equal(await readFile(file, 'utf8'), 'theirs');
  });

  it('is written again when its file was deleted', async () => {
    const lock = await acquire();
    await rm(file);
    await failure(async () => {
      while ((await TransferLock.stateOf(file)) !== 'held') {
        await new Promise((resolve) => setTimeout(resolve, heartbeatMs));
      }
      await acquire();
    }, 'transfer.busy');
    assert.ok(!lock.isLost);
    await lock.release();
  });

  for (const when of ['before', 'during'] as const) {
    it(`rejects with an AbortError when aborted ${when} its wait for an owner on another computer`, async () => {
      const other = `1-${'f'.repeat(32)}`;
      await writeOwner(other);
      const stop = new AbortController();
      if (when === 'before') {
        stop.abort();
      }
      const acquiring = acquire(stop.signal);
      setTimeout(() => stop.abort(), heartbeatMs / 2);
      await assert.rejects(acquiring, { name: 'AbortError' });
      assert.equal(await readFile(file, 'utf8'), other);
    });
  }
});
