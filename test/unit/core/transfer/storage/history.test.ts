import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TransferHistory } from '../../../../../src/core/transfer/storage/history';
import type { Transfer } from '../../../../../src/core/transfer/registry';
import { endedPid } from '../../../support/endedPid';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

describe('The history of transfers', () => {
  let folder: string;
  let history: TransferHistory;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'history-'));
    history = new TransferHistory(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const cancelled = (id: string): Transfer => ({
    ...{ id, accountId: 'account', sourceUri: 'file:///a.jar', name: 'a.jar', key: 'prefix/a.jar' },
    ...{ state: 'cancelled', since: Date.now() },
  });
  const ids = async (): Promise<readonly string[]> => (await history.read()).map(({ id }) => id);

  it('does not wait for a window that was killed while it wrote', async () => {
    const lock = path.join(folder, 'history.json.lock');
    await writeFile(
      lock,
      JSON.stringify({ token: 'theirs', pid: await endedPid(), host: os.hostname() }),
    );
    // By its age it might still be in use, for as long as the test waits.
    const later = new Date(Date.now() + 60_000);
    await utimes(lock, later, later);
    await history.add(cancelled('a'));
    assert.deepEqual(await readdir(folder), ['history.json']);
  });

  it('keeps for the next time what could not be written', async () => {
    await withFileSystem(
      'rename',
      () => systemFault('ENOSPC'),
      () => assert.rejects(history.add(cancelled('a'))),
    );
    await history.add(cancelled('b'));
    assert.deepEqual(await ids(), ['b', 'a']);
    assert.deepEqual(await readdir(folder), ['history.json']);
  });

  it('is written while another program has it open', async () => {
    await history.add(cancelled('a'));
    const handle = await open(path.join(folder, 'history.json'));
    setTimeout(() => void handle.close(), 100);
    await history.add(cancelled('b'));
    assert.deepEqual(await ids(), ['b', 'a']);
  });
});
