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
  readonly calls: string[] = [];
  transfers: Transfer[] = [];
  found: Transfer[] = [];
  failure: Error | undefined;

  async loadStored(): Promise<void> {
    this.calls.push('loadStored');
    await Promise.resolve();
    if (this.failure !== undefined) {
      throw this.failure;
    }
    this.found.forEach((transfer) => this.put(transfer));
  }

  refreshInterrupted(): Promise<readonly Transfer[]> {
    this.calls.push('refreshInterrupted');
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
  let created: number;
  let transferServices: Lazy<TransferServices>;
  let list: TransferList;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'edas-list-'));
    manager = new FakeManager();
    created = 0;
    transferServices = new Lazy(() => {
      created += 1;
      const fake = { manager, dispose: () => undefined };
      return Promise.resolve(fake as unknown as TransferServices);
    });
    list = new TransferList(transferServices, folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const addStoredFile = (name: string): Promise<void> => writeFile(path.join(folder, name), '');

  it('does not load the transfer services when nothing is stored', async () => {
    await list.loadInterrupted();
    await list.refresh();
    const withoutFolder = new TransferList(transferServices, path.join(folder, 'missing'));
    await withoutFolder.loadInterrupted();
    await withoutFolder.refresh();
    assert.equal(created, 0);
  });

  it('loads finished transfers only on refresh', async () => {
    await addStoredFile('abc.finished.json');
    await list.loadInterrupted();
    assert.equal(created, 0);
    manager.found = [transfer('a', 'done')];
    await list.refresh();
    assert.deepEqual(
      list.all.map(({ id }) => id),
      ['a'],
    );
  });

  it('loads interrupted transfers on start, and checks them again on each refresh', async () => {
    await addStoredFile('abc.checkpoint.json');
    manager.found = [transfer('a', 'interrupted'), transfer('b', 'done')];
    await list.loadInterrupted();
    assert.deepEqual(
      list.interrupted.map(({ id }) => id),
      ['a'],
    );
    assert.equal(list.startedHere('a'), false);
    await Promise.all([list.refresh(), list.refresh()]);
    assert.deepEqual(manager.calls, ['loadStored', 'refreshInterrupted', 'refreshInterrupted']);
  });

  it('loads again after a failure', async () => {
    await addStoredFile('abc.checkpoint.json');
    manager.failure = new Error('disk');
    await assert.rejects(list.loadInterrupted(), /disk/);
    manager.failure = undefined;
    await list.refresh();
    assert.deepEqual(manager.calls, ['loadStored', 'loadStored']);
  });

  it('follows the transfers of services that were created elsewhere', async () => {
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
