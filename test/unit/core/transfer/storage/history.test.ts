import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CodedError, hasCode, type ErrorFacts } from '../../../../../src/core/errors/catalogue';
import { TransferHistory } from '../../../../../src/core/transfer/storage/history';
import type { Transfer } from '../../../../../src/core/transfer/registry';
import { systemFault, withFileSystem } from '../../../support/fileSystem';

describe('TransferHistory', () => {
  let folder: string;
  let history: TransferHistory;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'history-'));
    history = new TransferHistory(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  let since = 0;
  const cancelled = (id: string): Transfer => ({
    id,
    accountId: 'account',
    sourceUri: 'file:///a.jar',
    name: 'a.jar',
    key: 'prefix/a.jar',
    state: 'cancelled',
    since: since++,
  });
  const ids = async (): Promise<readonly string[]> => (await history.read()).map(({ id }) => id);

  it('restores the facts of an error, except those that this version does not know', async () => {
    const known: ErrorFacts = {
      privateEndpoint: 'vpc',
      httpStatus: 403,
      clockOffsetMs: -5,
      line: 7,
      requestId: 'R',
    };
    const facts: object = {
      ...known,
      privateEndpoint2: 'x',
      constructor: 'x',
      bytes: '5',
      file: 8,
    };
    const error = new CodedError('oss.rejected', facts);
    await history.save({ ...cancelled('a'), state: 'failed', error });
    const [restored] = await history.read();
    assert.ok(hasCode(restored?.error, 'oss.rejected'));
    assert.deepEqual(restored.error.facts, known);
  });

  it('writes an entry that could not be written together with the next one', async () => {
    await withFileSystem(
      'rename',
      () => systemFault('ENOSPC'),
      () => assert.rejects(history.save(cancelled('a'))),
    );
    await history.save(cancelled('b'));
    assert.deepEqual(await ids(), ['b', 'a']);
    assert.deepEqual((await readdir(folder)).sort(), ['a.finished.json', 'b.finished.json']);
  });

  it('replaces an entry while another program has it open', async () => {
    await history.save(cancelled('a'));
    const handle = await open(path.join(folder, 'a.finished.json'));
    setTimeout(() => void handle.close(), 100);
    await history.save({ ...cancelled('a'), name: 'b.jar' });
    assert.deepEqual(
      (await history.read()).map(({ name }) => name),
      ['b.jar'],
    );
  });

  it('writes an entry that is saved while the previous save is finishing', async () => {
    let late: Promise<void> | undefined;
    await withFileSystem(
      'readdir',
      () => {
        late ??= history.save(cancelled('b'));
        return Promise.resolve(undefined);
      },
      () => history.save(cancelled('a')),
    );
    await late;
    assert.deepEqual(await ids(), ['b', 'a']);
  });

  it('loses no entry when two windows write at the same time', async () => {
    const other = new TransferHistory(folder);
    const all = Array.from({ length: 20 }, (_, index) => `${index}`);
    await Promise.all([
      ...all.map((id) => history.save(cancelled(`a${id}`))),
      ...all.map((id) => other.save(cancelled(`b${id}`))),
    ]);
    assert.equal((await ids()).length, 40);
  });

  it('limits the number of files, and retains the newest 50', async () => {
    for (let since = 0; since < 120; since += 1) {
      await history.save({ ...cancelled(`${since}`), since });
    }
    const names = await readdir(folder);
    assert.ok(names.length <= 100, String(names.length));
    assert.deepEqual((await ids()).slice(0, 2), ['119', '118']);
    assert.equal((await readdir(folder)).length, 50);
  });
});
