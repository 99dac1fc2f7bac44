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

describe('The lock of a transfer', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
    file = path.join(folder, 'a.lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const acquire = (signal?: AbortSignal): Promise<TransferLock> =>
    TransferLock.acquire(file, { heartbeatMs }, signal);
  const holder = (token: string): Promise<void> => writeFile(file, token);

  it('has one holder, and is free when that lets go', async () => {
    const lock = await acquire();
    assert.ok(await TransferLock.isHeld(file));
    await failure(acquire, 'transfer.busy');
    await lock.release();
    assert.ok(!(await TransferLock.isHeld(file)));
    const next = await acquire();
    await next.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is let go without a failure when its file cannot be removed', async () => {
    const lock = await acquire();
    await withFileSystem(
      'rm',
      () => systemFault('EBUSY'),
      () => lock.release(),
    );
    await (await acquire()).release();
  });

  it('goes to one of many who want it', async () => {
    const got = await Promise.allSettled(Array.from({ length: 8 }, () => acquire()));
    const locks = got.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
  });

  it('is not kept by a dead process, and then goes to one of many', async () => {
    await holder(nameOfProcess(await endedPid()));
    assert.ok(!(await TransferLock.isHeld(file)));
    const got = await Promise.allSettled(Array.from({ length: 8 }, () => acquire()));
    const locks = got.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [what, call] of [
    ['the file that had its name is being deleted', 'open'],
    ['another program has its file open', 'readFile'],
  ] as const) {
    it(`is waited for while ${what}, as on Windows`, async () => {
      for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
        await holder(nameOfProcess(await endedPid()));
        let failures = 2;
        const answer = (): Promise<unknown> =>
          failures-- > 0 ? systemFault(code) : Promise.resolve(undefined);
        const lock = await withFileSystem(call, answer, () => acquire());
        await lock.release();
        assert.ok(failures < 0);
      }
    });
  }

  it('is not kept by a process id that has become another’s', async () => {
    for (const pid of [process.pid, process.ppid]) {
      const theirs = nameOfProcess(pid);
      await holder(theirs);
      const lock = await acquire();
      assert.notEqual(await readFile(file, 'utf8'), theirs);
      await lock.release();
    }
  });

  it('is kept by a process that shows a beat, also on another host', async () => {
    await holder(`1-${'f'.repeat(32)}`);
    const beating = setInterval(() => void utimes(file, new Date(), new Date()), heartbeatMs / 2);
    try {
      assert.ok(await TransferLock.isHeld(file));
      await failure(acquire, 'transfer.busy');
    } finally {
      clearInterval(beating);
    }
    await (await acquire()).release();
  });

  it('is not kept by a file that nobody finished', async () => {
    await writeFile(file, '12');
    await (await acquire()).release();
  });

  it('tells its holder when it was taken away, who then leaves the other’s alone', async () => {
    const lock = await acquire();
    const lost = new Promise<void>((resolve) => lock.onLost(resolve));
    await holder('theirs');
    await lost;
    assert.ok(lock.isLost);
    await lock.release();
    assert.equal(await readFile(file, 'utf8'), 'theirs');
  });

  it('comes back when somebody has swept the folder', async () => {
    const lock = await acquire();
    await rm(file);
    await failure(async () => {
      while (!(await TransferLock.isHeld(file))) {
        await new Promise((resolve) => setTimeout(resolve, heartbeatMs));
      }
      await acquire();
    }, 'transfer.busy');
    assert.ok(!lock.isLost);
    await lock.release();
  });

  it('stops waiting when it is aborted', async () => {
    const lock = await acquire();
    await assert.rejects(acquire(AbortSignal.abort()), { name: 'AbortError' });
    await lock.release();
  });
});
