import assert from 'node:assert/strict';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../unit/support/coded';
import type { TransferManager } from '../../src/core/transfer/manager';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import type { Source } from '../../src/core/transfer/source/source';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const partBytes = 100 * 1024;
const sizes = { singlePutMax: partBytes, maxPartBytes: partBytes };
const parts = 20;

/** Faults that last longer than one request, and those that the server does not cause. */
describe('An upload', () => {
  let fixture: SandboxFixture;
  let manager: TransferManager;
  let source: Source & { readonly bytes: Buffer };
  let key: string;
  let count = 0;

  beforeEach(async () => {
    fixture = await startSandboxFixture({ stallMs: 2_000 });
    count += 1;
    source = await fixture.file(`${count}.jar`, parts * partBytes - 7);
    key = fixture.key(`${count}.jar`);
    manager = fixture.createManager({
      sizing: sizes,
      storageFolder: path.join(fixture.folder, 'store'),
    });
  });
  afterEach(() => fixture.stop());

  const upload = (signal = new AbortController().signal) =>
    manager.upload({ accountId: 'a', source, key, overwrite: false }, { signal });
  const file = (): string => path.join(fixture.folder, `${count}.jar`);
  const partArrives = (partNumber: number): Promise<unknown> =>
    fixture.sandbox.requestLog.when((entry) => entry.partNumber === partNumber);

  async function assertUploaded(): Promise<void> {
    assert.ok((await fixture.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
    assert.equal(fixture.sandbox.uploads.list(key).length, 0);
  }

  /** Makes the upload slow enough that something can happen during it. */
  function slowDown(): void {
    fixture.sandbox.settings.latencyMs = 20;
  }

  it('waits for OSS when it is down before the first request', async () => {
    await fixture.session.current();
    await fixture.sandbox.down('oss');
    const uploading = upload();
    setTimeout(() => void fixture.sandbox.up('oss'), 600);
    assert.equal((await uploading).verified, true);
    await assertUploaded();
  });

  it('pauses while OSS and EDAS are unreachable, and then succeeds', async () => {
    slowDown();
    const stages = new Set<string>();
    const uploading = manager.upload(
      { accountId: 'a', source, key, overwrite: false },
      {
        signal: new AbortController().signal,
        onProgress: ({ stage }) => stages.add(stage),
      },
    );
    await partArrives(8);
    await fixture.sandbox.down('oss', 'edas');
    setTimeout(() => void fixture.sandbox.up('oss', 'edas'), 800);
    assert.equal((await uploading).verified, true);
    await assertUploaded();
    assert.ok(stages.has('paused'));
  });

  for (const minutes of [20, -20]) {
    it(`corrects a clock offset of ${minutes} minutes that begins during the upload`, async () => {
      slowDown();
      const uploading = upload();
      await partArrives(8);
      fixture.sandbox.clock.offsetMs = minutes * 60_000;
      assert.equal((await uploading).verified, true);
      await assertUploaded();
    });
  }

  it('fetches a new credential twice, and continues the same multipart upload', async () => {
    slowDown();
    const uploading = upload();
    for (const partNumber of [5, 14]) {
      await partArrives(partNumber);
      fixture.sandbox.issuer.expire();
    }
    assert.equal((await uploading).verified, true);
    await assertUploaded();
    const fetched = fixture.sandbox.requestLog.count({ operation: 'GetPackageStorageCredential' });
    assert.equal(fetched, 3);
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'InitiateMultipartUpload' }), 1);
  });

  it('succeeds when the policy allows only writing, and still rejects an existing key', async () => {
    fixture.sandbox.settings.denied = new Set([
      ...(['HeadObject', 'ListParts', 'ListMultipartUploads', 'ListObjectsV2'] as const),
      ...(['AbortMultipartUpload', 'DeleteObject', 'GetObject'] as const),
    ]);
    assert.equal((await upload()).verified, true);
    await assertUploaded();
    await failure(upload, 'oss.objectExists');
    await assertUploaded();
  });

  it('resumes without sending acknowledged parts again when the policy denies listing parts', async () => {
    slowDown();
    fixture.sandbox.settings.denied = new Set(['ListParts', 'HeadObject']);
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    await partArrives(10);
    stop.abort();
    await assert.rejects(uploading, { name: 'AbortError' });
    const [transfer] = await manager.refreshInterrupted();
    const before = fixture.sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    await manager.resume(transfer!.id, { signal: new AbortController().signal, source });
    await assertUploaded();
    const after = fixture.sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    assert.ok(after - before <= source.bytes.length - transfer!.acknowledgedBytes!);
  });

  it('cannot be discarded while the policy denies aborting, and can be afterwards', async () => {
    slowDown();
    fixture.sandbox.settings.denied = new Set(['AbortMultipartUpload']);
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    await partArrives(6);
    stop.abort();
    await assert.rejects(uploading, { name: 'AbortError' });
    const [transfer] = await manager.refreshInterrupted();
    const { signal } = new AbortController();
    await failure(() => manager.discard(transfer!.id, signal), 'oss.accessDenied');
    fixture.sandbox.settings.denied = new Set();
    await manager.discard(transfer!.id, signal);
    assert.equal(fixture.sandbox.uploads.list(key).length, 0);
    assert.ok(!fixture.sandbox.objects.exists(key));
  });

  it('closes its connections within a second of a cancel, and leaves no part when discarded', async () => {
    const { sandbox } = fixture;
    const open = (): number => sandbox.openConnections('oss');
    const busy = (): number =>
      sandbox.requestLog.select({ operation: 'UploadPart' }).filter(({ ended }) => !ended).length;
    sandbox.faults.add(
      { operation: 'UploadPart', times: Infinity },
      { kind: 'slow', bytesPerSecond: 20_000 },
    );
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    // Wait until every connection carries a part, because an idle one may stay open.
    while (busy() < 4 || busy() < open()) await sleep(10);
    stop.abort();
    for (const end = Date.now() + 1000; open() > 0 && Date.now() < end;) await sleep(10);
    assert.equal(open(), 0);
    await assert.rejects(uploading, { name: 'AbortError' });
    assert.equal(manager.transfers[0]?.state, 'interrupted');
    await manager.discard(manager.transfers[0].id, new AbortController().signal);
    assert.deepEqual(manager.transfers, []);
    assert.equal(fixture.sandbox.uploads.list(key).length, 0);
    assert.ok(!fixture.sandbox.objects.exists(key));
  });

  for (const [what, change] of [
    ['grows', () => appendFile(file(), 'x')],
    ['is truncated', () => truncate(file(), 300_000)],
    ['is rewritten', () => writeFile(file(), source.bytes.toReversed())],
  ] as const) {
    it(`fails and leaves nothing in OSS when the file ${what} during the upload`, async () => {
      slowDown();
      const uploading = upload();
      uploading.catch(() => undefined);
      await partArrives(8);
      await change();
      await failure(() => uploading, 'source.changed', { subject: file() });
      assert.ok(!fixture.sandbox.objects.exists(key));
      assert.equal(fixture.sandbox.uploads.list(key).length, 0);
      assert.deepEqual(await manager.refreshInterrupted(), []);
    });
  }

  it('fails, and stays resumable, when the renewed credential has another package prefix', async () => {
    slowDown();
    const uploading = upload();
    uploading.catch(() => undefined);
    await partArrives(6);
    fixture.sandbox.settings.edasResponse = (body) => {
      const changed = structuredClone(body) as { Credential: { KeyPrefix: string } };
      changed.Credential.KeyPrefix = 'release-pkg/another';
      return changed;
    };
    fixture.sandbox.issuer.expire();
    await failure(() => uploading, 'transfer.locationChanged');
    assert.ok(!fixture.sandbox.objects.exists(key));
    assert.equal(manager.transfers[0]?.state, 'interrupted');
  });

  it('succeeds in one manager, and fails as busy in a second one for the same file and key', async () => {
    // So slow that the second manager has finished checking the lock long before the first upload ends.
    fixture.sandbox.settings.latencyMs = 300;
    const storageFolder = path.join(fixture.folder, 'store');
    const other = fixture.createManager({
      sizing: sizes,
      storageFolder,
      lock: { heartbeatMs: 200 },
    });
    manager = fixture.createManager({ sizing: sizes, storageFolder, lock: { heartbeatMs: 200 } });
    const first = upload();
    await partArrives(2);
    const second = other.upload(
      { accountId: 'a', source: fileSource(file()), key, overwrite: false },
      { signal: new AbortController().signal },
    );
    const outcomes = await Promise.allSettled([first, second]);
    assert.equal(outcomes[0].status, 'fulfilled');
    await failure(() => second, 'transfer.busy');
    await assertUploaded();
  });

  for (const name of [
    'with space.jar',
    'a+b%20c%2F.jar',
    "(1)!'*~.jar",
    '包裹 空格.jar',
    '\u{1F4E6}.jar',
    '&=?#;,@.jar',
  ]) {
    it(`stores a file named ${name}, in parts and as a single PUT`, async function () {
      if (process.platform === 'win32' && /[*?]/.test(name)) this.skip(); // Windows allows neither * nor ? in a file name
      const odd = await fixture.file(name, 3 * partBytes);
      const small = await fixture.file(`small ${name}`, 10);
      for (const each of [odd, small]) {
        const target = fixture.key(each.name);
        const result = await manager.upload(
          { accountId: 'a', source: each, key: target, overwrite: false },
          { signal: new AbortController().signal },
        );
        assert.equal(result.verified, true);
        assert.ok((await fixture.sandbox.objects.read(target)).equals(each.bytes));
      }
    });
  }
});
