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

describe('The list of transfers', () => {
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  /** The file of the one transfer that has finished. */
  async function finishedFile(): Promise<string> {
    const names = await readdir(fixture.folder);
    return path.join(
      fixture.folder,
      names.find((name) => name.endsWith('.finished.json'))!,
    );
  }

  it('tells each change of the one transfer that changed', async () => {
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

  it('keeps what has ended for the next window, errors and proofs included', async () => {
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

  it('keeps the last fifty, and one row for each source and key', async () => {
    const upload = (number: number) =>
      fixture.manager.upload(
        {
          ...{ accountId: 'account', source: sourceOfBytes(bytes), overwrite: true },
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

  it('survives a history that cannot be read', async () => {
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

  it('leaves out an entry of the history that could not be shown, and shows the others', async () => {
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
    { code: 'from.tomorrow', facts: null },
  ]) {
    it(`shows a failed transfer whose error is ${JSON.stringify(error)}`, async () => {
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

  it('forgets what was taken from it', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    const { id } = fixture.transfer;
    await fixture.manager.removeFromList(id);
    assert.equal(fixture.changes.at(-1), undefined);
    await fixture.manager.loadStored();
    assert.deepEqual(fixture.manager.transfers, []);
  });

  for (const [what, uploadsBefore] of [
    ['of an earlier upload', 1],
    ['of a key that was not uploaded', 0],
  ] as const) {
    it(`stays as it was when the caller asks about an existing object: ${what}`, async () => {
      for (let count = 0; count < uploadsBefore; count++) {
        await fixture.upload(sourceOfBytes(bytes));
      }
      const listed = fixture.manager.transfers;
      assert.equal(listed.length, uploadsBefore);
      fixture.oss.objects.set(key, Buffer.from('of somebody else'));
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

  it('tries again what has failed', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.transfer.state, 'failed');
    const source = sourceOfBytes(bytes);
    await fixture.manager.resume(fixture.transfer.id, { signal, source, overwrite: true });
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.transfer.state, 'done');
  });

  for (const [what, change] of [
    ['bucket', { bucket: 'elsewhere' }],
    ['prefix', { keyPrefix: 'other' }],
  ] as const) {
    it(`tries nothing again under another ${what}, also in the next window`, async () => {
      fixture.oss.objects.set(key, Buffer.from('old'));
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.deepEqual(fixture.transfer.location, { bucket: 'bucket', keyPrefix: 'prefix' });
      await fixture.manager.stop();
      await fixture.open();
      await fixture.manager.loadStored();
      fixture.credential = { ...fixture.credential, ...change };
      const source = sourceOfBytes(bytes);
      const again = (): unknown =>
        fixture.manager.resume(fixture.transfer.id, { signal, source, overwrite: true });
      await failure(again, 'transfer.locationChanged', { subject: key });
      await failure(again, 'transfer.locationChanged');
      assert.equal(fixture.stored?.toString(), 'old');
      assert.equal(fixture.oss.count('put'), 0);
    });
  }

  it('knows where each belongs before its turn has come', async () => {
    const cancelled = new AbortController();
    const slow: Source = {
      ...sourceOfBytes(bytes),
      open: (stop) =>
        new Promise((_, reject) => stop?.addEventListener('abort', () => reject(abortError()))),
    };
    const uploads = Array.from({ length: 17 }, (_, n) =>
      fixture.manager.upload(
        {
          ...{ accountId: 'account', source: { ...slow, uri: `memfs:/${n}` }, overwrite: false },
          key: `prefix/${n}.jar`,
        },
        { signal: cancelled.signal },
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const places = fixture.manager.transfers.map(({ location }) => location);
    assert.deepEqual(
      places,
      places.map(() => ({ bucket: 'bucket', keyPrefix: 'prefix' })),
    );
    assert.equal(places.length, 17);
    cancelled.abort();
    const [last] = await Promise.allSettled(uploads.slice(16));
    assert.equal(last?.status, 'rejected');
    const waiting = fixture.manager.transfers.find(({ key: each }) => each === 'prefix/16.jar');
    assert.equal(waiting?.state, 'cancelled');
    assert.ok(waiting.location);
  });

  describe('of what runs', () => {
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

    it('refuses a second of the same', async () => {
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.busy', {
        subject: 'a.jar',
      });
      assert.equal(fixture.transfer.state, 'running');
      await fixture.manager.cancel(fixture.transfer.id);
    });

    it('cancels', async () => {
      await fixture.manager.cancel(fixture.transfer.id);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.equal(fixture.transfer.state, 'cancelled');
    });

    it('ends with the engine, which takes no more', async () => {
      fixture.manager.dispose();
      await assert.rejects(uploading, { name: 'AbortError' });
      await assert.rejects(fixture.upload(sourceOfBytes(bytes)), { name: 'AbortError' });
    });

    it('forgets nothing', async () => {
      await fixture.manager.removeFromList(fixture.transfer.id);
      assert.equal(fixture.transfer.state, 'running');
      await fixture.manager.discard(fixture.transfer.id, signal);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.deepEqual(fixture.manager.transfers, []);
    });
  });
});
