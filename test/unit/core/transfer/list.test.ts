import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import { describeError } from '../../../../src/common/messages';
import { abortError } from '../../../../src/core/util/abort';
import type { Source } from '../../../../src/core/transfer/source';
import { failure } from '../../support/coded';
import { english } from '../../support/l10n';
import { TransferFixture, key, someBytes, sourceOfBytes } from './support/bench';

const bytes = someBytes(300);
const signal = new AbortController().signal;

describe('The list of transfers', () => {
  let bench: TransferFixture;
  beforeEach(async () => {
    bench = await new TransferFixture().open();
  });
  afterEach(() => bench.close());

  it('tells each change of the one transfer that changed', async () => {
    const result = await bench.upload(sourceOfBytes(bytes));
    const states = bench.changes.map((transfer) => transfer?.state);
    assert.deepEqual([...new Set(states)], ['running', 'done']);
    const last = bench.changes.at(-1);
    assert.equal(last, bench.transfer);
    assert.deepEqual(last.result, result);
    assert.equal(last.size, 300);
    assert.equal(last.key, key);
    assert.ok(bench.changes.some((transfer) => transfer?.progress?.totalBytes === 300));
  });

  it('keeps what has ended for the next window, errors and proofs included', async () => {
    const result = await bench.upload(sourceOfBytes(bytes));
    bench.oss.script = {
      before: ({ operation }) => {
        if (operation === 'put') {
          throw new CodedError('oss.accessDenied', { requestId: 'R', httpStatus: 403 });
        }
      },
    };
    const other = { accountId: 'account', source: sourceOfBytes(bytes), key: 'prefix/b.jar' };
    await failure(
      () => bench.engine.upload({ ...other, overwrite: false }, { signal }),
      'oss.accessDenied',
    );
    await bench.engine.stop();
    await bench.open();
    assert.equal(bench.engine.transfers.length, 0);
    await bench.engine.load();
    const [failed, done] = [...bench.engine.transfers];
    assert.equal(failed?.state, 'failed');
    assert.ok(hasCode(failed.error, 'oss.accessDenied'));
    assert.equal(failed.error.facts.requestId, 'R');
    assert.equal(done?.state, 'done');
    assert.deepEqual(done.result, result);
  });

  it('keeps the last fifty, and one row for each source and key', async () => {
    const upload = (number: number) =>
      bench.engine.upload(
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
    assert.equal(bench.engine.transfers.length, 50);
    await bench.engine.stop();
    await bench.open();
    await bench.engine.load();
    assert.equal(bench.engine.transfers.length, 50);
    assert.ok(bench.engine.transfers.every(({ key: each }) => each !== 'prefix/4.jar'));
  });

  it('survives a history that cannot be read', async () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":2,"transfers":[]}',
      '{"version":1,"transfers":[{}]}',
    ]) {
      await writeFile(path.join(bench.folder, 'history.json'), text);
      await bench.engine.load();
      assert.deepEqual(bench.engine.transfers, []);
    }
  });

  it('leaves out an entry of the history that could not be shown, and shows the others', async () => {
    await bench.upload(sourceOfBytes(bytes));
    await bench.engine.stop();
    const file = path.join(bench.folder, 'history.json');
    const { version, transfers } = JSON.parse(await readFile(file, 'utf8')) as {
      version: number;
      transfers: [Record<string, unknown>];
    };
    const [good] = transfers;
    const bad: readonly Record<string, unknown>[] = [
      { since: 1e300 },
      { since: -1 },
      { since: null },
      { since: '1' },
      { size: 1e300 },
      { size: '5' },
      { acknowledgedBytes: -1 },
      { place: 'here' },
      { place: { bucket: 'b' } },
      { result: true },
      { result: { ...(good.result as object), crc64: 'x' } },
      { result: { ...(good.result as object), size: 1.5 } },
      { state: 'constructor' },
      { name: 7 },
    ];
    await writeFile(
      file,
      JSON.stringify({ version, transfers: [...bad.map((each) => ({ ...good, ...each })), good] }),
    );
    await bench.open();
    await bench.engine.load();
    assert.deepEqual(
      bench.engine.transfers.map(({ id, since }) => ({ id, since })),
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
      bench.oss.objects.set(key, Buffer.from('old'));
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      await bench.engine.stop();
      const file = path.join(bench.folder, 'history.json');
      const history = JSON.parse(await readFile(file, 'utf8')) as { transfers: object[] };
      history.transfers = history.transfers.map((each) => ({ ...each, error }));
      await writeFile(file, JSON.stringify(history));
      await bench.open();
      await bench.engine.load();
      assert.equal(bench.transfer.state, 'failed');
      const { error: read = new CodedError('disk.full') } = bench.transfer;
      assert.match(describeError(read, english).sentence, /\.$/);
    });
  }

  it('forgets what was taken from it', async () => {
    await bench.upload(sourceOfBytes(bytes));
    const { id } = bench.transfer;
    await bench.engine.forget(id);
    assert.equal(bench.changes.at(-1), undefined);
    await bench.engine.load();
    assert.deepEqual(bench.engine.transfers, []);
  });

  it('tries again what has failed, with the source that it had', async () => {
    bench.oss.objects.set(key, Buffer.from('old'));
    await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(bench.transfer.state, 'failed');
    await bench.engine.resume(bench.transfer.id, { signal, overwrite: true });
    assert.ok(bench.stored?.equals(bytes));
    assert.equal(bench.transfer.state, 'done');
  });

  for (const [what, change] of [
    ['bucket', { bucket: 'elsewhere' }],
    ['prefix', { keyPrefix: 'other' }],
  ] as const) {
    it(`tries nothing again under another ${what}, also in the next window`, async () => {
      bench.oss.objects.set(key, Buffer.from('old'));
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.deepEqual(bench.transfer.place, { bucket: 'bucket', keyPrefix: 'prefix' });
      await bench.engine.stop();
      await bench.open();
      await bench.engine.load();
      bench.held = { ...bench.held, ...change };
      const source = sourceOfBytes(bytes);
      const again = (): unknown =>
        bench.engine.resume(bench.transfer.id, { signal, source, overwrite: true });
      await failure(again, 'transfer.credentialMoved', { subject: key });
      await failure(again, 'transfer.credentialMoved');
      assert.equal(bench.stored?.toString(), 'old');
      assert.equal(bench.oss.count('put'), 0);
    });
  }

  it('knows where each belongs before its turn has come', async () => {
    const leaving = new AbortController();
    const slow: Source = {
      ...sourceOfBytes(bytes),
      open: (stop) =>
        new Promise((_, reject) => stop?.addEventListener('abort', () => reject(abortError()))),
    };
    const uploads = Array.from({ length: 17 }, (_, n) =>
      bench.engine.upload(
        {
          ...{ accountId: 'account', source: { ...slow, uri: `memfs:/${n}` }, overwrite: false },
          key: `prefix/${n}.jar`,
        },
        { signal: leaving.signal },
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const places = bench.engine.transfers.map(({ place }) => place);
    assert.deepEqual(
      places,
      places.map(() => ({ bucket: 'bucket', keyPrefix: 'prefix' })),
    );
    assert.equal(places.length, 17);
    leaving.abort();
    const [last] = await Promise.allSettled(uploads.slice(16));
    assert.equal(last?.status, 'rejected');
    const waiting = bench.engine.transfers.find(({ key: each }) => each === 'prefix/16.jar');
    assert.equal(waiting?.state, 'cancelled');
    assert.ok(waiting.place);
  });

  describe('of what runs', () => {
    let uploading: Promise<unknown>;
    beforeEach(async () => {
      const put = bench.oss.putObject.bind(bench.oss);
      bench.oss.putObject = (target, request, stop) =>
        request.body.length === 0
          ? put(target, request, stop)
          : new Promise((_, reject) =>
              stop?.addEventListener('abort', () =>
                reject(new DOMException('aborted', 'AbortError')),
              ),
            );
      uploading = bench.upload(sourceOfBytes(bytes));
      uploading.catch(() => undefined);
      while (bench.transfer.size === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    it('refuses a second of the same', async () => {
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'transfer.busy', {
        subject: 'a.jar',
      });
      assert.equal(bench.transfer.state, 'running');
      await bench.engine.cancel(bench.transfer.id);
    });

    it('cancels', async () => {
      await bench.engine.cancel(bench.transfer.id);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.equal(bench.transfer.state, 'cancelled');
    });

    it('ends with the engine, which takes no more', async () => {
      bench.engine.dispose();
      await assert.rejects(uploading, { name: 'AbortError' });
      await assert.rejects(bench.upload(sourceOfBytes(bytes)), { name: 'AbortError' });
    });

    it('forgets nothing', async () => {
      await bench.engine.forget(bench.transfer.id);
      assert.equal(bench.transfer.state, 'running');
      await bench.engine.discard(bench.transfer.id, signal);
      await assert.rejects(uploading, { name: 'AbortError' });
      assert.deepEqual(bench.engine.transfers, []);
    });
  });
});
