import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { CodedError, type ErrorCode } from '../../../../../src/core/errors/catalogue';
import type { DeltaSizes } from '../../../../../src/core/transfer/delta/deltaUploads';
import type { TransferManagerOptions } from '../../../../../src/core/transfer/manager';
import type { Source } from '../../../../../src/core/transfer/source/source';
import { failure } from '../../../support/coded';
import { systemFault, withFileSystem } from '../../../support/fileSystem';
import type { Call, Operation } from '../support/fakeOss';
import { TransferFixture, key, sourceOfBytes } from '../support/transferFixture';

const deltaSizes: DeltaSizes = {
  minFileBytes: 2000,
  averageBytes: () => 1024,
  minPartBytes: 512,
};
const base = pseudoRandomBytes('base', 100_000);
/** The base with a changed range in its middle, and a few bytes longer. */
const next = Buffer.concat([
  base.subarray(0, 50_000),
  pseudoRandomBytes('new', 700),
  base.subarray(50_500),
]);
/** More than any delta upload of these tests sends. */
const maxDeltaBytes = 12_000;

describe('Delta upload', () => {
  let fixture: TransferFixture;

  const open = (options: Partial<TransferManagerOptions> = {}): Promise<TransferFixture> =>
    fixture.open({
      deltaSizes,
      sizing: { singlePutMax: 8_000, maxPartBytes: 8_000 },
      settings: () => ({ partSize: 8, parallelParts: 1 }),
      ...options,
    });
  const upload = (bytes: Buffer, overwrite = true) =>
    fixture.upload(sourceOfBytes(bytes), { overwrite });
  /** Makes every call of an operation fail, starting with the given one. */
  const fail = (operation: Operation, code: ErrorCode, from = 1): void => {
    fixture.oss.script = {
      before: (call: Call, nth) => {
        if (call.operation === operation && nth >= from) {
          throw new CodedError(code);
        }
      },
    };
  };
  const copies = (): number => fixture.oss.count('copy');

  beforeEach(async () => {
    fixture = new TransferFixture();
    await open();
    const result = await upload(base, false);
    assert.equal(result.sentBytes, base.length);
  });
  afterEach(() => fixture.close());

  it('sends changed ranges and copies the rest from the object that it replaces', async () => {
    const result = await upload(next);
    assert.ok(fixture.stored?.equals(next));
    assert.equal(result.verified, true);
    assert.ok(result.sentBytes < maxDeltaBytes, `${result.sentBytes} bytes were sent`);
    assert.ok(copies() >= 2);
    assert.equal(fixture.oss.uploads.size, 0);
    assert.equal(fixture.transfer.result?.sentBytes, result.sentBytes);
  });

  it('serves as the base of the next delta upload', async () => {
    await upload(next);
    const third = Buffer.concat([pseudoRandomBytes('head', 3000), next]);
    const result = await upload(third);
    assert.ok(fixture.stored?.equals(third));
    assert.ok(result.sentBytes < maxDeltaBytes, `${result.sentBytes} bytes were sent`);
  });

  it('copies after a restart, from an object whose name has another version number', async () => {
    await upload(next);
    await fixture.manager.stop();
    await open();
    const request = { accountId: 'account', source: sourceOfBytes(base), overwrite: false };
    const { signal } = new AbortController();
    const first = await fixture.manager.upload({ ...request, key: 'prefix/b-1.jar' }, { signal });
    assert.equal(first.sentBytes, base.length);
    const source = { ...sourceOfBytes(next), uri: 'memfs:/b-2.jar' };
    const second = await fixture.manager.upload(
      { ...request, source, key: 'prefix/b-2.jar' },
      { signal },
    );
    assert.ok(fixture.oss.objects.get('prefix/b-2.jar')?.equals(next));
    assert.ok(second.sentBytes < maxDeltaBytes, `${second.sentBytes} bytes were sent`);
  });

  it('sends the whole file when the setting is off', async () => {
    await fixture.manager.stop();
    await open({ settings: () => ({ partSize: 8, parallelParts: 1, deltaUpload: false }) });
    assert.equal((await upload(next)).sentBytes, next.length);
    assert.equal(copies(), 0);
  });

  it('sends the whole file when nothing matches, and leaves no multipart upload', async () => {
    const other = pseudoRandomBytes('other', 90_000);
    const result = await upload(other);
    assert.ok(fixture.stored?.equals(other));
    assert.equal(result.sentBytes, other.length);
    assert.equal(copies(), 0);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('sends the whole file when the base object was replaced by someone else', async () => {
    fixture.oss.objects.set(key, pseudoRandomBytes('theirs', 100_000));
    assert.equal((await upload(next)).sentBytes, next.length);
    assert.equal(copies(), 0);
    assert.ok(fixture.stored?.equals(next));
  });

  it('can be canceled while the index of the same key is being created', async () => {
    const slowKey = 'prefix/slow.jar';
    const source = sourceOfBytes(base);
    let isIndexed = false;
    let finishIndex: () => void = () => undefined;
    const indexing = new Promise<void>((resolve) => {
      finishIndex = () => {
        isIndexed = true;
        resolve();
      };
    });
    const open: Source['open'] = async () => ({
      ...(await source.open()),
      verifyUnchanged: () =>
        fixture.oss.objects.has(slowKey) ? indexing : Promise.resolve(undefined),
    });
    const uploadSlow = (signal: AbortSignal) =>
      fixture.manager.upload(
        { accountId: 'account', source: { ...source, open }, key: slowKey, overwrite: true },
        { signal },
      );
    await uploadSlow(new AbortController().signal);
    const stop = new AbortController();
    const uploading = uploadSlow(stop.signal);
    setTimeout(() => stop.abort(), 20);
    const giveUp = setTimeout(finishIndex, 1000);
    await assert.rejects(uploading, { name: 'AbortError' });
    assert.ok(!isIndexed);
    clearTimeout(giveUp);
    finishIndex();
  });

  it('sends the whole file when the index of a missing base cannot be removed', async () => {
    fail('copy', 'oss.noSuchKey');
    let isRefused = false;
    await withFileSystem(
      'rm',
      (file) => {
        if (path.basename(path.dirname(String(file))) !== 'chunks') {
          return Promise.resolve(undefined);
        }
        isRefused = true;
        return systemFault('EBUSY');
      },
      () => upload(next),
    );
    assert.ok(isRefused);
    assert.ok(fixture.stored?.equals(next));
  });

  it('sends nothing when an identical object exists', async () => {
    const parts = fixture.oss.count('part');
    for (const overwrite of [false, true]) {
      const result = await upload(base, overwrite);
      assert.deepEqual([result.isIdentical, result.sentBytes], [true, 0]);
    }
    assert.equal(fixture.oss.count('part'), parts);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('rejects an existing key without overwrite before anything is copied', async () => {
    await failure(() => upload(next, false), 'oss.objectExists');
    assert.equal(copies(), 0);
  });

  for (const code of ['oss.accessDenied', 'oss.rejected'] as const) {
    it(`sends the whole file after ${code}, and copies again only with another credential`, async () => {
      fail('copy', code);
      const result = await upload(next);
      assert.ok(fixture.stored?.equals(next));
      assert.equal(result.sentBytes, next.length);
      assert.equal(copies(), 1);
      assert.equal(fixture.oss.uploads.size, 0);
      await upload(base);
      assert.equal(copies(), 1);
      fixture.oss.script = {};
      fixture.credential = { ...fixture.credential, accessKeyId: 'STS.another' };
      assert.ok((await upload(next)).sentBytes < maxDeltaBytes);
    });
  }

  for (const code of ['oss.archived', 'oss.noSuchKey', 'oss.preconditionFailed'] as const) {
    it(`sends the whole file after ${code}, and copies again in the next upload`, async () => {
      fail('copy', code, copies() + 2);
      await upload(next);
      assert.ok(fixture.stored?.equals(next));
      fixture.oss.script = {};
      assert.ok((await upload(base)).sentBytes < maxDeltaBytes);
      assert.ok(fixture.stored?.equals(base));
      assert.equal(fixture.oss.uploads.size, 0);
    });
  }

  it('sends the whole file when a copy fails three times', async () => {
    fail('copy', 'oss.serverFault', copies() + 2);
    await upload(next);
    assert.ok(fixture.stored?.equals(next));
    assert.equal(copies(), 4);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('retries a copy after a transient error', async () => {
    fixture.oss.script = {
      before: ({ operation }, nth) => {
        if (operation === 'copy' && nth <= 2) {
          throw new CodedError('oss.throttled');
        }
      },
    };
    assert.ok((await upload(next)).sentBytes < maxDeltaBytes);
    assert.ok(fixture.stored?.equals(next));
  });

  it('sends the whole file when a copied part has the wrong length', async () => {
    const copy = fixture.oss.uploadPartCopy.bind(fixture.oss);
    fixture.oss.uploadPartCopy = (target, request) =>
      copy(target, { ...request, start: 0, length: base.length });
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'complete') {
          assert.ok(fixture.stored?.equals(base));
        }
      },
    };
    const result = await upload(next);
    assert.ok(fixture.stored?.equals(next));
    assert.equal(result.sentBytes, next.length);
  });

  for (const overwrite of [true, false]) {
    it(`sends the whole file when only the final CRC-64 reveals a wrong copy, overwrite ${overwrite}`, async () => {
      const copy = fixture.oss.uploadPartCopy.bind(fixture.oss);
      fixture.oss.uploadPartCopy = (target, request) => copy(target, { ...request, start: 1 });
      fail('list', 'oss.accessDenied');
      const { signal } = new AbortController();
      const source = sourceOfBytes(next);
      const newKey = overwrite ? key : 'prefix/a2.jar';
      await fixture.manager.upload(
        { accountId: 'account', source: sourceOfBytes(base), key: 'prefix/a1.jar', overwrite },
        { signal },
      );
      const result = await fixture.manager.upload(
        { accountId: 'account', source, key: newKey, overwrite },
        { signal },
      );
      assert.ok(fixture.oss.objects.get(newKey)?.equals(next));
      assert.deepEqual([result.verified, result.sentBytes], [true, next.length]);
    });
  }

  it('sends whole files, and stops copying, when the server returns no CRC-64', async () => {
    fixture.oss.script = {
      response: (_call, { etag, requestId }) => ({ etag, requestId }),
    };
    const head = fixture.oss.headObject.bind(fixture.oss);
    fixture.oss.headObject = async (target, name) => {
      const found = await head(target, name);
      return found && { ...found, crc64: undefined };
    };
    const result = await upload(next);
    assert.deepEqual([result.verified, result.sentBytes], [false, next.length]);
    const before = copies();
    await upload(base);
    assert.equal(copies(), before);
    assert.ok(fixture.stored?.equals(base));
  });

  it('resumes after an interruption without repeating copies', async () => {
    const stop = new AbortController();
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'part') {
          stop.abort();
          throw new DOMException('aborted', 'AbortError');
        }
      },
    };
    const source = sourceOfBytes(next);
    const uploading = fixture.upload(source, { overwrite: true, signal: stop.signal });
    await assert.rejects(uploading, { name: 'AbortError' });
    const copied = copies();
    const { id, state, acknowledgedBytes = 0 } = fixture.transfer;
    assert.equal(state, 'interrupted');
    assert.ok(acknowledgedBytes > 80_000);
    fixture.oss.script = {};
    await fixture.manager.stop();
    await open();
    await fixture.manager.loadStored();
    const { signal } = new AbortController();
    const result = await fixture.manager.resume(id, { signal, source });
    assert.ok(fixture.stored?.equals(next));
    assert.ok(result.sentBytes < maxDeltaBytes);
    assert.equal(copies(), copied);
  });

  it('sends the whole file on resume when the base object was replaced', async () => {
    const stop = new AbortController();
    fixture.oss.script = {
      before: ({ operation }, nth) => {
        if (operation === 'copy' && nth === 2) {
          stop.abort();
          throw new DOMException('aborted', 'AbortError');
        }
      },
    };
    const source = sourceOfBytes(next);
    await assert.rejects(fixture.upload(source, { overwrite: true, signal: stop.signal }), {
      name: 'AbortError',
    });
    fixture.oss.script = {};
    fixture.oss.objects.set(key, pseudoRandomBytes('theirs', 100_000));
    const { signal } = new AbortController();
    const result = await fixture.manager.resume(fixture.transfer.id, { signal, source });
    assert.ok(fixture.stored?.equals(next));
    assert.equal(result.sentBytes, next.length);
    assert.equal(fixture.oss.uploads.size, 0);
  });
});

/** Pseudo-random bytes, the same for the same seed. */
function pseudoRandomBytes(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}
