import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Emitter } from '../../../../src/core/util/emitter';
import type { Transfer, TransferChange } from '../../../../src/core/transfer/manager';
import { TransferList } from '../../../../src/features/transfers/model';
import { Lazy } from '../../../../src/common/vscode/lazy';
import type { TransferServices } from '../../../../src/common/transferServices';

/** The part of the transfer manager that the list uses. */
class FakeManager {
  readonly changed = new Emitter<TransferChange>();
  readonly onDidChange = this.changed.event;
  readonly userInitiated: string[] = [];
  transfers: Transfer[] = [];
  found: Transfer[] = [];
  failure: Error | undefined;

  async loadStored(): Promise<void> {
    this.userInitiated.push('loadStored');
    await Promise.resolve();
    if (this.failure !== undefined) {
      throw this.failure;
    }
    this.found.forEach((transfer) => this.put(transfer));
  }

  refreshInterrupted(): Promise<readonly Transfer[]> {
    this.userInitiated.push('refreshInterrupted');
    return Promise.resolve([]);
  }

  put(transfer: Transfer): void {
    this.changed.fire({ id: transfer.id, transfer });
  }
}

function transfer(id: string, state: Transfer['state']): Transfer {
  const about = { accountId: 'a1', sourceUri: `file:///${id}`, name: id, key: `p/${id}` };
  return { id, ...about, state, since: 0 };
}

describe('TransferList', () => {
  let folder: string;
  let manager: FakeManager;
  let made: number;
  let transferServices: Lazy<TransferServices>;
  let list: TransferList;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'edas-list-'));
    manager = new FakeManager();
    made = 0;
    transferServices = new Lazy(() => {
      made += 1;
      const fake = { manager, dispose: () => undefined };
      return Promise.resolve(fake as unknown as TransferServices);
    });
    list = new TransferList(transferServices, folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const leave = (name: string): Promise<void> => writeFile(path.join(folder, name), '');

  it('loads nothing when nothing was left, nor when there is no folder', async () => {
    await list.loadInterrupted();
    await list.refresh();
    const nowhere = new TransferList(transferServices, path.join(folder, 'not-there'));
    await nowhere.loadInterrupted();
    await nowhere.refresh();
    assert.equal(made, 0);
  });

  it('loads what has ended only when somebody looks', async () => {
    await leave('abc.finished.json');
    await list.loadInterrupted();
    assert.equal(made, 0);
    manager.found = [transfer('a', 'done')];
    await list.refresh();
    assert.deepEqual(
      list.all.map(({ id }) => id),
      ['a'],
    );
  });

  it('finds at start what was interrupted, and looks again when somebody looks', async () => {
    await leave('abc.checkpoint.json');
    manager.found = [transfer('a', 'interrupted'), transfer('b', 'done')];
    await list.loadInterrupted();
    assert.deepEqual(
      list.interrupted.map(({ id }) => id),
      ['a'],
    );
    assert.equal(list.startedHere('a'), false);
    await Promise.all([list.refresh(), list.refresh()]);
    assert.deepEqual(manager.userInitiated, [
      'loadStored',
      'refreshInterrupted',
      'refreshInterrupted',
    ]);
  });

  it('loads again when it could not be loaded', async () => {
    await leave('abc.checkpoint.json');
    manager.failure = new Error('disk');
    await assert.rejects(list.loadInterrupted(), /disk/);
    manager.failure = undefined;
    await list.refresh();
    assert.deepEqual(manager.userInitiated, ['loadStored', 'loadStored']);
  });

  it('follows the engine that somebody else has loaded', async () => {
    manager.transfers = [transfer('a', 'running')];
    const changes: (string | undefined)[] = [];
    list.onDidChange((id) => changes.push(id));
    await transferServices.get();
    manager.put({ ...transfer('a', 'running'), size: 7 });
    manager.put(transfer('a', 'interrupted'));
    manager.changed.fire({ id: 'a' });
    assert.deepEqual(changes, [undefined, 'a', undefined, undefined]);
    assert.equal(list.startedHere('a'), true);
    assert.equal(list.get('a'), undefined);
  });
});
