import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import { describeError } from '../../../../src/common/messages';
import { abortError } from '../../../../src/core/util/abort';
import type { Source } from '../../../../src/core/transfer/source/source';
import { failure } from '../../support/coded';
import { TransferFixture, key, someBytes, sourceOfBytes } from './support/transferFixture';

const bytes = someBytes(300);
const signal = new AbortController().signal;

describe('TransferManager', () => {
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  /** The history file of the only finished transfer. */
  async function finishedFile(): Promise<string> {
    const names = await readdir(fixture.folder);
    return path.join(
      fixture.folder,
      names.find((name) => name.endsWith('.finished.json'))!,
    );
  }

  it('notifies of each change with the transfer that changed', async () => {
    const result = await fixture.upload(sourceOfBytes(bytes));
    const states = fixture.changes.map((transfer) => transfer?.state);
    assert.deepEqual([...new Set(states)], ['running', 'done']);
    const last = fixture.changes.at(-1);
    assert.equal(last, fixture.transfer);
    assert.deepEqual(last.result, result);
    assert.equal(last.size, 300);
    assert.equal(last.key, key);
    assert.ok(fixture.changes.some((transfer) => transfer?.progress?.totalBytes === 300));
  });

  it('restores finished and failed transfers after a restart, with results and errors', async () => {
    const result = await fixture.upload(sourceOfBytes(bytes));
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'put') {
          throw new CodedError('oss.accessDenied', { requestId: 'R', httpStatus: 403 });
        }
      },
    };
    const other = { accountId: 'account', source: sourceOfBytes(bytes), key: 'prefix/b.jar' };
    await failure(
      () => fixture.manager.upload({ ...other, overwrite: false }, { signal }),
      'oss.accessDenied',
    );
    await fixture.manager.stop();
    await fixture.open();
    assert.equal(fixture.manager.transfers.length, 0);
    await fixture.manager.loadStored();
    const [failed, done] = [...fixture.manager.transfers];
    assert.equal(failed?.state, 'failed');
    assert.ok(hasCode(failed.error, 'oss.accessDenied'));
    assert.equal(failed.error.facts.requestId, 'R');
    assert.equal(done?.state, 'done');
    assert.deepEqual(done.result, result);
  });

  it('lists the last fifty finished transfers, and one for each source and key', async () => {
    const upload = (number: number) =>
      fixture.manager.upload(
        {
          accountId: 'account',
          source: sourceOfBytes(bytes),
          overwrite: true,
          key: `prefix/${number}.jar`,
        },
        { signal },
      );
    for (let number = 0; number < 55; number++) {
      await upload(number);
    }
    await upload(54);
    assert.equal(fixture.manager.transfers.length, 50);
    await fixture.manager.stop();
    await fixture.open();
    await fixture.manager.loadStored();
    assert.equal(fixture.manager.transfers.length, 50);
    assert.ok(fixture.manager.transfers.every(({ key: each }) => each !== 'prefix/4.jar'));
  });

  it('ignores history files with invalid contents', async () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":2,"transfer":{}}',
      '{"version":1,"transfer":{}}',
    ]) {
      await writeFile(path.join(fixture.folder, 'a.finished.json'), text);
      await fixture.manager.loadStored();
      assert.deepEqual(fixture.manager.transfers, []);
    }
  });

  it('omits history entries with invalid fields, and lists the others', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    await fixture.manager.stop();
    const file = await finishedFile();
    const { version, transfer: good } = JSON.parse(await readFile(file, 'utf8')) as {
      version: number;
      transfer: Record<string, unknown>;
    };
    const bad: readonly Record<string, unknown>[] = [
      { since: 1e300 },
      { since: -1 },
      { since: null },
      { since: '1' },
      { size: 1e300 },
      { size: '5' },
      { acknowledgedBytes: -1 },
      { location: 'here' },
      { location: { bucket: 'b' } },
      { result: true },
      { result: { ...(good.result as object), crc64: 'x' } },
      { result: { ...(good.result as object), size: 1.5 } },
      { state: 'constructor' },
      { name: 7 },
    ];
    for (const [index, each] of bad.entries()) {
      const text = JSON.stringify({ version, transfer: { ...good, ...each } });
      await writeFile(path.join(fixture.folder, `${index}.finished.json`), text);
    }
    await fixture.open();
    await fixture.manager.loadStored();
    assert.deepEqual(
      fixture.manager.transfers.map(({ id, since }) => ({ id, since })),
      [{ id: good.id, since: good.since }],
    );
  });

  for (const error of [
    { code: 'constructor', facts: {} },
    { code: '__proto__' },
    { code: 7 },
    'text',
    {
      code: 'oss.rejected',
      facts: { serverMessage: 7, recommendUrl: {}, bytes: 'x', line: 1e300 },
    },
    { code: 'oss.rejected', facts: 'none' },
    { code: 'unknown.code', facts: null },
  ]) {
    it(`lists a failed transfer whose stored error is ${JSON.stringify(error)}`, async () => {
      fixture.oss.objects.set(key, Buffer.from('old'));
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      await fixture.manager.stop();
      const file = await finishedFile();
      const stored = JSON.parse(await readFile(file, 'utf8')) as { transfer: object };
      stored.transfer = { ...stored.transfer, error };
      await writeFile(file, JSON.stringify(stored));
      await fixture.open();
      await fixture.manager.loadStored();
      assert.equal(fixture.transfer.state, 'failed');
      const { error: read = new CodedError('disk.full') } = fixture.transfer;
      assert.match(describeError(read).sentence, /\.$/);
    });
  }

  it('does not restore a transfer that was removed from the list', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    const { id } = fixture.transfer;
    await fixture.manager.removeFromList(id);
    assert.equal(fixture.changes.at(-1), undefined);
    await fixture.manager.loadStored();
    assert.deepEqual(fixture.manager.transfers, []);
  });

  for (const [when, uploadsBefore] of [
    ['after an earlier upload', 1],
    ['without an earlier upload', 0],
  ] as const) {
    it(`leaves the list unchanged when the caller handles a conflict, ${when}`, async () => {
      for (let count = 0; count < uploadsBefore; count++) {
        await fixture.upload(sourceOfBytes(bytes));
      }
      const listed = fixture.manager.transfers;
      assert.equal(listed.length, uploadsBefore);
      fixture.oss.objects.set(key, Buffer.from('different'));
      const source = sourceOfBytes(bytes);
      await failure(
        () =>
          fixture.manager.upload(
            { accountId: 'account', source, key, overwrite: false },
            { signal, isConflictListed: false },
          ),
        'oss.objectExists',
      );
      assert.deepEqual(fixture.manager.transfers, listed);
      await fixture.manager.stop();
      await fixture.open();
      await fixture.manager.loadStored();
      assert.deepEqual(fixture.manager.transfers, listed);
    });
  }

  it('retries a failed transfer', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.transfer.state, 'failed');
    const source = sourceOfBytes(bytes);
    await fixture.manager.resume(fixture.transfer.id, { signal, source, overwrite: true });
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.transfer.state, 'done');
  });

  for (const [target, change] of [
    ['bucket', { bucket: 'elsewhere' }],
    ['package prefix', { keyPrefix: 'other' }],
  ] as const) {
    it(`does not retry in another ${target} after a restart`, async () => {
      fixture.oss.objects.set(key, Buffer.from('old'));
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.deepEqual(fixture.transfer.location, { bucket: 'bucket', keyPrefix: 'prefix' });
      await fixture.manager.stop();
      await fixture.open();
      await fixture.manager.loadStored();
      fixture.credential = { ...fixture.credential, ...change };
      const source = sourceOfBytes(bytes);
      const retry = (): unknown =>
        fixture.manager.resume(fixture.transfer.id, { signal, source, overwrite: true });
      await failure(retry, 'transfer.locationChanged', { subject: key });
      await failure(retry, 'transfer.locationChanged');
      assert.equal(fixture.stored?.toString(), 'old');
      assert.equal(fixture.oss.count('put'), 0);
    });
  }

  it('records the location of transfers that still wait in the queue', async () => {
    const cancelled = new AbortController();
    const slow: Source = {
      ...sourceOfBytes(bytes),
      open: (stop) =>
        new Promise((_, reject) => stop?.addEventListener('abort', () => reject(abortError()))),
    };
    const uploads = Array.from({ length: 17 }, (_, n) =>
      fixture.manager.upload(
        {
          accountId: 'account',
          source: { ...slow, uri: `memfs:/${n}` },
          overwrite: false,
          key: `prefix/${n}.jar`,
        },
        { signal: cancelled.signal },
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const locations = fixture.manager.transfers.map(({ location }) => location);
    assert.deepEqual(
      locations,
      locations.map(() => ({ bucket: 'bucket', keyPrefix: 'prefix' })),
    );
    assert.equal(locations.length, 17);
    cancelled.abort();
    const [last] = await Promise.allSettled(uploads.slice(16));
    assert.equal(last?.status, 'rejected');
    const waiting = fixture.manager.transfers.find(({ key: each }) => each === 'prefix/16.jar');
    assert.equal(waiting?.state, 'cancelled');
    assert.ok(waiting.location);
  });

  describe('while an upload is running', () => {
    let uploading: Promise<unknown>;
    beforeEach(async () => {
      const put = fixture.oss.putObject.bind(fixture.oss);
      fixture.oss.putObject = (target, request, stop) =>
        request.body.length === 0
          ? put(target, request, stop)
          : new Promise((_, reject) =>
              stop?.addEventListener('abort', () =>
                reject(new DOMException('aborted', 'AbortError')),
              ),
            );
      uploading = fixture.upload(sourceOfBytes(bytes));
      uploading.catch(() => undefined);
      while (fixture.transfer.size === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    it('rejects a second upload of the same source to the same key', async () => {
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.busy', {
        subject: 'a.jar',
      });
      assert.equal(fixture.transfer.state, 'running');
      await fixture.manager.cancel(fixture.transfer.id);
    });

    it('cancels the upload on request', async () => {
      await fixture.manager.cancel(fixture.transfer.id);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.equal(fixture.transfer.state, 'cancelled');
    });

    it('aborts the upload when disposed, and rejects new ones', async () => {
      fixture.manager.dispose();
      await assert.rejects(uploading, { name: 'AbortError' });
      await assert.rejects(fixture.upload(sourceOfBytes(bytes)), { name: 'AbortError' });
    });

    it('removes the upload from the list only when it is discarded', async () => {
      await fixture.manager.removeFromList(fixture.transfer.id);
      assert.equal(fixture.transfer.state, 'running');
      await fixture.manager.discard(fixture.transfer.id, signal);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.deepEqual(fixture.manager.transfers, []);
    });
  });
});
