import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TransferLock } from '../../../../../src/core/transfer/storage/lock';
import { failure } from '../../../support/coded';
import { endedPid } from '../../../support/endedPid';
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
  const writeOwner = (pid: number, host = os.hostname()): Promise<void> =>
    writeFile(file, JSON.stringify({ token: 'theirs', pid, host }));

  it('has one owner, and is free after its release', async () => {
    const lock = await acquire();
    assert.ok(await TransferLock.isHeld(file));
    await failure(acquire, 'transfer.busy');
    await lock.release();
    assert.ok(!(await TransferLock.isHeld(file)));
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
    await writeOwner(await endedPid());
    assert.ok(!(await TransferLock.isHeld(file)));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquire()));
    const locks = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [when, createLeftover] of [
    ['while it was removing a stale lock', () => copyFile(file, `${file}.lock`)],
    ['while it was about to remove a stale lock', () => writeFile(`${file}.lock`, '')],
  ] as const) {
    it(`can be acquired after a process was killed ${when}`, async () => {
      await writeOwner(await endedPid());
      await createLeftover();
      const lock = await acquire();
      await lock.release();
      assert.deepEqual(await readdir(folder), []);
    });
  }

  for (const [condition, call] of [
    ['a file of its name is being deleted', 'open'],
    ['another program has its file open', 'readFile'],
  ] as const) {
    it(`retries while ${condition}, as on Windows`, async () => {
      for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
        await writeOwner(await endedPid());
        let failures = 2;
        const failTwice = (): Promise<unknown> =>
          failures-- > 0 ? systemFault(code) : Promise.resolve(undefined);
        const lock = await withFileSystem(call, failTwice, () => acquire());
        await lock.release();
        assert.ok(failures < 0);
      }
    });
  }

  it('can be acquired when this process has the process ID of the dead owner', async () => {
    await writeOwner(process.pid);
    const lock = await acquire();
    assert.notEqual(
      (JSON.parse(await readFile(file, 'utf8')) as { token: string }).token,
      'theirs',
    );
    await lock.release();
  });

  it('is held while its heartbeat continues, also on another host', async () => {
    await writeOwner(1, 'another-host');
    const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()), heartbeatMs / 2);
    try {
      assert.ok(await TransferLock.isHeld(file));
      await failure(acquire, 'transfer.busy');
    } finally {
      clearInterval(heartbeat);
    }
    await (await acquire()).release();
  });

  it('can be acquired when its file is incomplete', async () => {
    await writeFile(file, '{"tok');
    await (await acquire()).release();
  });

  it('notifies its owner when it is lost, and does not remove the file of the new owner', async () => {
    const lock = await acquire();
    const lost = new Promise<void>((resolve) => lock.onLost(resolve));
    await writeOwner(process.pid);
    await lost;
    assert.ok(lock.isLost);
    await lock.release();
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as { token: string }).token, 'theirs');
  });

  it('is written again when its file was deleted', async () => {
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

  for (const when of ['before', 'during'] as const) {
    it(`rejects with an AbortError when aborted ${when} its wait for an owner on another computer`, async () => {
      await writeOwner(1, 'another-computer');
      const stop = new AbortController();
      if (when === 'before') {
        stop.abort();
      }
      const acquiring = acquire(stop.signal);
      setTimeout(() => stop.abort(), heartbeatMs / 2);
      await assert.rejects(acquiring, { name: 'AbortError' });
      assert.equal((JSON.parse(await readFile(file, 'utf8')) as { token: string }).token, 'theirs');
    });
  }
});
