import assert from 'node:assert/strict';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../unit/support/coded';
import type { TransferManager } from '../../src/core/transfer/manager';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import type { Source } from '../../src/core/transfer/source/source';
import { startWorld, type SandboxFixture } from './world';

const partBytes = 100 * 1024;
const sizes = { singlePutMax: partBytes, maxPartBytes: partBytes };
const parts = 20;

/** Faults that last longer than one request, and those that are not the server's. */
describe('What lasts', () => {
  let world: SandboxFixture;
  let manager: TransferManager;
  let source: Source & { readonly bytes: Buffer };
  let key: string;
  let count = 0;

  beforeEach(async () => {
    world = await startWorld({ stallMs: 2_000 });
    count += 1;
    source = await world.file(`${count}.jar`, parts * partBytes - 7);
    key = world.key(`${count}.jar`);
    manager = world.createManager({
      sizing: sizes,
      storageFolder: path.join(world.folder, 'store'),
    });
  });
  afterEach(() => world.stop());

  const upload = (signal = new AbortController().signal) =>
    manager.upload({ accountId: 'a', source, key, overwrite: false }, { signal });
  const file = (): string => path.join(world.folder, `${count}.jar`);
  const arrival = (partNumber: number): Promise<unknown> =>
    world.sandbox.requestLog.when((entry) => entry.partNumber === partNumber);

  async function assertStands(): Promise<void> {
    assert.ok((await world.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
    assert.equal(world.sandbox.uploads.list(key).length, 0);
  }

  /** Slow enough that something can happen meanwhile. */
  function slow(): void {
    world.sandbox.settings.latencyMs = 20;
  }

  it('a server that is away before the first request', async () => {
    await world.session.current();
    await world.sandbox.down('oss');
    const uploading = upload();
    setTimeout(() => void world.sandbox.up('oss'), 600);
    assert.equal((await uploading).verified, true);
    await assertStands();
  });

  it('a line that is away for a while in the middle', async () => {
    slow();
    const stages = new Set<string>();
    const uploading = manager.upload(
      { accountId: 'a', source, key, overwrite: false },
      {
        signal: new AbortController().signal,
        onProgress: ({ stage }) => stages.add(stage),
      },
    );
    await arrival(8);
    await world.sandbox.down('oss', 'edas');
    setTimeout(() => void world.sandbox.up('oss', 'edas'), 800);
    assert.equal((await uploading).verified, true);
    await assertStands();
    assert.ok(stages.has('paused'));
  });

  for (const minutes of [20, -20]) {
    it(`a clock that goes ${minutes} minutes wrong in the middle`, async () => {
      slow();
      const uploading = upload();
      await arrival(8);
      world.sandbox.clock.offsetMs = minutes * 60_000;
      assert.equal((await uploading).verified, true);
      await assertStands();
    });
  }

  it('a token that expires twice', async () => {
    slow();
    const uploading = upload();
    for (const partNumber of [5, 14]) {
      await arrival(partNumber);
      world.sandbox.issuer.expire();
    }
    assert.equal((await uploading).verified, true);
    await assertStands();
    const fetched = world.sandbox.requestLog.count({ operation: 'GetPackageStorageCredential' });
    assert.equal(fetched, 3);
    assert.equal(world.sandbox.requestLog.count({ operation: 'InitiateMultipartUpload' }), 1);
  });

  it('a policy that allows nothing but to write', async () => {
    world.sandbox.settings.denied = new Set([
      ...(['HeadObject', 'ListParts', 'ListMultipartUploads', 'ListObjectsV2'] as const),
      ...(['AbortMultipartUpload', 'DeleteObject', 'GetObject'] as const),
    ]);
    assert.equal((await upload()).verified, true);
    await assertStands();
    await failure(upload, 'oss.objectExists');
    await assertStands();
  });

  it('a policy that lets nobody list, when it goes on', async () => {
    slow();
    world.sandbox.settings.denied = new Set(['ListParts', 'HeadObject']);
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    await arrival(10);
    stop.abort();
    await assert.rejects(uploading, { name: 'AbortError' });
    const [transfer] = await manager.refreshInterrupted();
    const before = world.sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    await manager.resume(transfer!.id, { signal: new AbortController().signal, source });
    await assertStands();
    const after = world.sandbox.requestLog.bytesReceived({ operation: 'UploadPart' });
    assert.ok(after - before <= source.bytes.length - transfer!.acknowledgedBytes!);
  });

  it('a policy that lets nobody abort, when it is discarded', async () => {
    slow();
    world.sandbox.settings.denied = new Set(['AbortMultipartUpload']);
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    await arrival(6);
    stop.abort();
    await assert.rejects(uploading, { name: 'AbortError' });
    const [transfer] = await manager.refreshInterrupted();
    const { signal } = new AbortController();
    await failure(() => manager.discard(transfer!.id, signal), 'oss.accessDenied');
    world.sandbox.settings.denied = new Set();
    await manager.discard(transfer!.id, signal);
    assert.equal(world.sandbox.uploads.list(key).length, 0);
    assert.ok(!world.sandbox.objects.exists(key));
  });

  it('cancelled, it closes its connections within a second; discarded, it leaves no part', async () => {
    const { sandbox } = world;
    const open = (): number => sandbox.openConnections('oss');
    const busy = (): number =>
      sandbox.requestLog.select({ operation: 'UploadPart' }).filter(({ ended }) => !ended).length;
    sandbox.faults.add(
      { operation: 'UploadPart', times: Infinity },
      { kind: 'slow', bytesPerSecond: 20_000 },
    );
    const stop = new AbortController();
    const uploading = upload(stop.signal);
    // Every connection carries a part: one that idles at that moment may be kept.
    while (busy() < 4 || busy() < open()) await sleep(10);
    stop.abort();
    for (const end = Date.now() + 1000; open() > 0 && Date.now() < end;) await sleep(10);
    assert.equal(open(), 0);
    await assert.rejects(uploading, { name: 'AbortError' });
    assert.equal(manager.transfers[0]?.state, 'interrupted');
    await manager.discard(manager.transfers[0].id, new AbortController().signal);
    assert.deepEqual(manager.transfers, []);
    assert.equal(world.sandbox.uploads.list(key).length, 0);
    assert.ok(!world.sandbox.objects.exists(key));
  });

  for (const [what, change] of [
    ['grows', () => appendFile(file(), 'x')],
    ['is cut off', () => truncate(file(), 300_000)],
    ['is written anew', () => writeFile(file(), source.bytes.toReversed())],
  ] as const) {
    it(`a file that ${what} in the middle`, async () => {
      slow();
      const uploading = upload();
      uploading.catch(() => undefined);
      await arrival(8);
      await change();
      await failure(() => uploading, 'source.changed', { subject: file() });
      assert.ok(!world.sandbox.objects.exists(key));
      assert.equal(world.sandbox.uploads.list(key).length, 0);
      assert.deepEqual(await manager.refreshInterrupted(), []);
    });
  }

  it('a credential that points elsewhere, after it was renewed', async () => {
    slow();
    const uploading = upload();
    uploading.catch(() => undefined);
    await arrival(6);
    world.sandbox.settings.edasAnswer = (body) => {
      const answer = structuredClone(body) as { Credential: { KeyPrefix: string } };
      answer.Credential.KeyPrefix = 'release-pkg/another';
      return answer;
    };
    world.sandbox.issuer.expire();
    await failure(() => uploading, 'transfer.locationChanged');
    assert.ok(!world.sandbox.objects.exists(key));
    assert.equal(manager.transfers[0]?.state, 'interrupted');
  });

  it('two engines on one file: one goes on, the other is told', async () => {
    // So slow that the other has done looking for signs of life long before the first is done.
    world.sandbox.settings.latencyMs = 300;
    const storageFolder = path.join(world.folder, 'store');
    const other = world.createManager({ sizing: sizes, storageFolder, lock: { heartbeatMs: 200 } });
    manager = world.createManager({ sizing: sizes, storageFolder, lock: { heartbeatMs: 200 } });
    const first = upload();
    await arrival(2);
    const second = other.upload(
      { accountId: 'a', source: fileSource(file()), key, overwrite: false },
      { signal: new AbortController().signal },
    );
    const outcomes = await Promise.allSettled([first, second]);
    assert.equal(outcomes[0].status, 'fulfilled');
    await failure(() => second, 'transfer.busy');
    await assertStands();
  });

  for (const name of [
    'with space.jar',
    'a+b%20c%2F.jar',
    "(1)!'*~.jar",
    '包裹 空格.jar',
    '\u{1F4E6}.jar',
    '&=?#;,@.jar',
  ]) {
    it(`a file named ${name}`, async function () {
      if (process.platform === 'win32' && /[*?]/.test(name)) this.skip(); // Windows allows neither * nor ? in a file name
      const odd = await world.file(name, 3 * partBytes);
      const small = await world.file(`small ${name}`, 10);
      for (const each of [odd, small]) {
        const place = world.key(each.name);
        const result = await manager.upload(
          { accountId: 'a', source: each, key: place, overwrite: false },
          { signal: new AbortController().signal },
        );
        assert.equal(result.verified, true);
        assert.ok((await world.sandbox.objects.read(place)).equals(each.bytes));
      }
    });
  }
});
